# Makes one C file of the page's style and script: gcc 12 has no #embed. cmake -DFOLDER=reports/html -DOUT=x.c -P embed.cmake
#
# The script is all of script/*.js in the order of their names; the first and the last of them make it one strict function. It stands between CDATA marks that
# are comments to a browser, so that the page is well-formed XML whatever the script holds; the policy's digest is of all
# that lies between the tags, marks included.
cmake_minimum_required(VERSION 3.25)

function(refuse file text)
  foreach(bad ${ARGN})
    string(FIND "${text}" "${bad}" at)
    if(at GREATER -1)
      message(FATAL_ERROR "${file}: '${bad}' would end its element or break the page as XML")
    endif()
  endforeach()
endfunction()

# Without the comments that stand on lines of their own and without indentation, which nobody reads in a page.
function(shorten out text)
  string(REGEX REPLACE "\n[ \t]+" "\n" text "\n${text}")
  string(REGEX REPLACE "\n/\\*[^*]*\\*+([^/*][^*]*\\*+)*/" "" text "${text}")
  string(REGEX REPLACE "\n\n+" "\n" text "${text}")
  string(HEX "${text}" text)
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

function(write_array name hex)
  string(LENGTH "${hex}" length)
  math(EXPR length "${length} / 2")
  string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
  file(APPEND ${OUT}.new "const char ${name}[] = {\n${hex}0x00\n};\nconst size_t ${name}_length = ${length};\n")
endfunction()

file(READ ${FOLDER}/chart.css text)
refuse(chart.css "${text}" "<" "&" "url(" "@import")
shorten(chart "${text}")
set(style "")
foreach(file style.css profile.css)
  file(READ ${FOLDER}/${file} text)
  refuse(${file} "${text}" "<" "&" "url(" "@import")
  shorten(hex "${text}")
  string(APPEND style "${hex}")
endforeach()

string(HEX "//<![CDATA[\n" script)
file(GLOB files ${FOLDER}/script/*.js)
list(SORT files)
foreach(file ${files})
  file(READ ${file} text)
  refuse(${file} "${text}" "]]>" "</script" "<!--" "<script")
  shorten(hex "${text}")
  string(APPEND script "${hex}")
endforeach()
string(HEX "//]]>" end)
string(APPEND script "${end}")

file(WRITE ${OUT}.new "/* Made by reports/html/embed.cmake. */\n#include \"reports/html/parts.h\"\n\n")
write_array(assay_html_chart_style "${chart}")
write_array(assay_html_style "${style}")
write_array(assay_html_script "${script}")
file(RENAME ${OUT}.new ${OUT})
