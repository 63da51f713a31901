/* The addresses that wagtail-localize's editor opens its choosers by; the script element carries them as data. */
(() => {
  "use strict";
  const { imageChooser, documentChooser, pageChooser } = document.currentScript.dataset;
  window.chooserUrls ??= { imageChooser, documentChooser, pageChooser };
})();
