// @ts-check
/** The code of a sandbox call, as it is to be pasted: by the SDK, and the same by REST in three languages. */

/**
 * @typedef {{name: string, address: string, token: string, body: object, parameters: object, isStored: boolean}} Example
 * `token` is the reader's own where the call takes one, else the name of a variable: `$TOKEN`.
 */

/** @type {Record<string, (example: Example) => string>} by the code's name */
export const CODES = { sdk, curl, python, js: javascript };

/** @param {Example} example */
function sdk({ name, parameters, isStored }) {
  const callbacks = isStored ? ", {\n  done: (id) => console.log(id),\n  fail: (problem) => console.warn(problem),\n}" : "";
  return `APP.notifications.${name}(${json(parameters)}${callbacks});`;
}

/** @param {Example} example */
function curl({ address, token, body }) {
  const quoted = json(body).replaceAll("'", "'\\''");
  return [`curl ${address}`, `-H "Authorization: Bearer ${token}"`, '-H "Content-Type: application/json"', `-d '${quoted}'`].join(" \\\n  ");
}

/** @param {Example} example */
function python({ address, token, body }) {
  const bearer = token === "$TOKEN" ? 'f"Bearer {os.environ[\'TOKEN\']}"' : `"Bearer ${token}"`;
  return `import json, os, urllib.request

body = json.loads(r'''${json(body).replaceAll("'", "\\u0027")}''')
request = urllib.request.Request(
    "${address}",
    data=json.dumps(body).encode(),
    headers={"Authorization": ${bearer}, "Content-Type": "application/json"},
)
print(urllib.request.urlopen(request).read().decode())`;
}

/** @param {Example} example */
function javascript({ address, token, body }) {
  const bearer = token === "$TOKEN" ? "`Bearer ${process.env.TOKEN}`" : `"Bearer ${token}"`;
  return `const answer = await fetch("${address}", {
  method: "POST",
  headers: { Authorization: ${bearer}, "Content-Type": "application/json" },
  body: JSON.stringify(${json(body)}),
});
console.log(await answer.json());`;
}

/** @param {object} value */
const json = (value) => JSON.stringify(value, null, 2);
