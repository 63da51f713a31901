/* Texts that pages put together. */

/* {name} in a text becomes what is called so in the values. */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_whole, name) => values[name] ?? "");

/* The words of a message, for a line about it. */
export function plain(html) {
  const text = new DOMParser().parseFromString(html, "text/html").body.textContent.trim();
  return text.length > 140 ? `${text.slice(0, 139)}…` : text;
}
