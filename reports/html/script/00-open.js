/* The page's script: all files of this folder, joined in the order of their names, are one strict function that shares its
 * names. 10-state.js says which names there are; 99-ready.js closes it. */
(function () {
"use strict";
