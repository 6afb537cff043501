-- The branch, its doors and the people of the stories. 2026-03-09 is a Monday. @day@ is that day's number.
UPDATE meta SET version = 7, synced_utc_us = strftime('%s', '2026-03-09 06:00:00') * 1000000;
INSERT INTO branch (id, name, time_zone, overdue_days, allow_uid_only) VALUES (1, 'Harbour', 'CET-1CEST,M3.5.0,M10.5.0/3', 10, 1);
INSERT INTO branch (id, name, time_zone) VALUES (2, 'Hill', 'CET-1CEST,M3.5.0,M10.5.0/3');
INSERT INTO zone (id, branch, name, most_people, passback) VALUES (1, 1, 'hall', 0, 0);
INSERT INTO zone (id, branch, name) VALUES (2, 1, 'pool');
INSERT INTO point (id, branch, name, direction, zone_from, zone_to) VALUES
  (1, 1, 'entry', 0, 0, 1), (2, 1, 'exit', 1, 0, 1), (3, 1, 'south', 0, 0, 1), (4, 1, 'outer', 3, 0, 0), (5, 1, 'inner', 3, 0, 0), (6, 1, 'pool', 2, 1, 2),
  (7, 1, 'gate', 3, 0, 1);
INSERT INTO schedule VALUES (1, 'daytime');
INSERT INTO schedule_span VALUES (1, 0, 31, 540, 960);
INSERT INTO product (id, name, min_age, tolerance_days, visits_per_day) VALUES
  (1, 'Gold', 0, 30, 0), (2, 'Daytime', 0, 30, 0), (3, 'Ten clips', 0, 1, 0), (4, 'Day pass', 0, 1, 0), (5, 'Adults', 18, 30, 0),
  (6, 'Once a day', 0, 30, 1), (7, 'Pool', 0, 30, 0);
INSERT INTO access_right (product, point, schedule, directions) VALUES
  (1, 0, 0, 7), (2, 0, 1, 7), (3, 0, 0, 7), (4, 0, 0, 7), (5, 0, 0, 7), (6, 0, 0, 7), (7, 6, 0, 7);
INSERT INTO customer (id, name, branch, birth) VALUES
  (1, 'Anna', 1, @1990-01-01@), (2, 'Bo', 1, @1991-02-03@), (3, 'Carl', 1, NULL), (4, 'Dora', 1, NULL), (5, 'Emil', 1, NULL), (6, 'Frida', 1, NULL),
  (7, 'Gun', 2, NULL), (8, 'Hugo', 1, @2012-05-05@), (9, 'Ines', 1, NULL), (10, 'Jan', 1, NULL), (11, 'Kim', 1, NULL), (12, 'Lo', 1, NULL),
  (13, 'Mia', 1, NULL), (14, 'Nils', 1, NULL), (15, 'Olle', 1, NULL), (16, 'Pia', 1, NULL), (17, 'Rut', 1, NULL), (18, 'Sven', 1, NULL);
UPDATE customer SET inactive_from = @2026-02-01@ WHERE id = 5;
UPDATE customer SET suspended = 1 WHERE id = 6;
INSERT INTO subscription (customer, id, product, kind, start, charged_through, ends_on) VALUES
  (1, 101, 1, 0, @2025-01-01@, @2026-03-31@, NULL), (2, 102, 1, 0, @2025-01-01@, @2026-03-31@, @2026-03-15@), (3, 103, 1, 0, @2025-01-01@, @2026-03-31@, NULL),
  (4, 104, 1, 0, @2025-01-01@, @2026-03-31@, NULL), (5, 105, 1, 0, @2025-01-01@, @2026-03-31@, NULL), (6, 106, 1, 0, @2025-01-01@, @2026-03-31@, NULL),
  (7, 107, 1, 0, @2025-01-01@, @2026-03-31@, NULL), (8, 108, 5, 0, @2025-01-01@, @2026-03-31@, NULL), (9, 109, 1, 0, @2026-04-01@, @2026-04-30@, NULL),
  (10, 110, 1, 0, @2025-01-01@, @2026-02-28@, @2026-02-28@), (11, 111, 1, 0, @2025-01-01@, @2026-03-31@, NULL), (12, 112, 1, 1, @2025-01-01@, @2026-02-28@, NULL),
  (13, 113, 1, 0, @2025-01-01@, @2026-03-31@, NULL), (14, 114, 7, 0, @2025-01-01@, @2026-03-31@, NULL), (15, 115, 2, 0, @2025-01-01@, @2026-03-31@, NULL),
  (16, 116, 6, 0, @2025-01-01@, @2026-03-31@, NULL);
INSERT INTO freeze VALUES (111, @2026-03-01@, @2026-03-31@);
INSERT INTO invoice (id, customer, due) VALUES (1, 13, @2026-02-01@);
INSERT INTO punch_card (id, product, customer, clips_left, valid_through) VALUES
  (201, 3, 17, 2, @2026-12-31@), (202, 3, NULL, 0, @2026-12-31@), (203, 3, NULL, 5, @2026-03-01@);
INSERT INTO single_entry (id, product, valid_through) VALUES (301, 4, @2026-03-31@);
INSERT INTO card (key, customer) VALUES
  (x'0104a10001', 1), (x'0104a10002', 2), (x'0104a10004', 4), (x'0104a10005', 5), (x'0104a10006', 6), (x'0104a10007', 7), (x'0104a10008', 8),
  (x'0104a10009', 9), (x'0104a10010', 10), (x'0104a10011', 11), (x'0104a10012', 12), (x'0104a10013', 13), (x'0104a10014', 14),
  (x'0104a10015', 15), (x'0104a10016', 16), (x'0104a10017', 17);
INSERT INTO card (key, customer, credential) VALUES (x'0104a10003a0a0a0', 3, 1);
INSERT INTO card (key, punch_card) VALUES (x'0104a10202', 202), (x'0104a10203', 203);
INSERT INTO card (key, single_entry) VALUES (x'0104a10301', 301);
INSERT INTO card (key, customer, staff) VALUES (x'0104a10018', 18, 1);
UPDATE card SET state = 1 WHERE key = x'0104a10004';
INSERT INTO card (key, customer, valid_through) VALUES (x'0104a10101', 1, @2026-02-28@);
