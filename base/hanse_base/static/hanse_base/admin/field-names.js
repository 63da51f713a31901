/*
 * Names fields for those who hear the page. Wagtail names by a label, which rich text cannot have, as it is no form
 * control, and which a field that is a block of its own in a stream does not get. They are named here by what stands
 * above them: their label, else the kind of block.
 */
const NAMELESS = ["[role=textbox]", "select", "textarea", "input:not([type=hidden])"]
  .map((field) => `[data-field-input] ${field}:not([aria-label], [aria-labelledby], [title])`)
  .join();

/** The element whose words name the field. */
function namingElement(field) {
  for (let around = field.parentElement; around; around = around.parentElement) {
    const label = around.querySelector(":scope > label.w-field__label");
    if (label) return label;
    const heading = around.matches("[data-panel]") && around.querySelector("[data-panel-heading]");
    // Beside the kind of block the heading repeats what is in it.
    if (heading) return heading.querySelector("label, .c-sf-block__type") ?? heading;
  }
  return null;
}

let given = 0;

function nameFields(root) {
  for (const field of root.querySelectorAll(NAMELESS)) {
    if (field.labels?.length) continue;
    const named = namingElement(field);
    if (!named) continue;
    named.id ||= `field-name-${(given += 1)}`;
    field.setAttribute("aria-labelledby", named.id);
  }
}

for (const form of document.querySelectorAll("form[data-edit-form]")) {
  nameFields(form);
  // Rich text is drawn later, blocks are added.
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) if (node.parentElement) nameFields(node.parentElement);
    }
  }).observe(form, { childList: true, subtree: true });
}
