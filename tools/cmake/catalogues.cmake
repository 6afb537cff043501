# Catalogues of translated texts, compiled with msgfmt.

find_program(MSGFMT msgfmt REQUIRED)

# stile_catalogues(TARGET FOLDER LANGUAGE.po...)
# TARGET makes FOLDER/LANGUAGE/LC_MESSAGES/stile.mo of each file, as i18n_open reads them. A text that isn't translated
# yet is no error here (it stays English); tools/catalogues --check says which.
function(stile_catalogues target folder)
  set(catalogues)
  foreach(po ${ARGN})
    get_filename_component(po ${po} ABSOLUTE)
    get_filename_component(language ${po} NAME_WE)
    set(mo ${folder}/${language}/LC_MESSAGES/stile.mo)
    file(MAKE_DIRECTORY ${folder}/${language}/LC_MESSAGES)
    add_custom_command(
      OUTPUT ${mo}
      COMMAND ${MSGFMT} --check-format --check-domain --endianness=little --output-file=${mo} ${po}
      DEPENDS ${po}
      VERBATIM)
    list(APPEND catalogues ${mo})
  endforeach()
  add_custom_target(${target} ALL DEPENDS ${catalogues})
endfunction()
