/* As much of an AMD loader as widgets need: define, require, and modules by name. */
(function () {
  var modules = {};
  var latest = null;

  function resolve(names) {
    return (names || []).map(function (name) {
      if (!(name in modules)) throw new Error("there is no module " + name);
      return modules[name];
    });
  }

  function define(name, names, factory) {
    if (typeof name !== "string") return define("", name, names);
    if (!Array.isArray(names)) return define(name, [], names);
    latest = typeof factory === "function" ? factory.apply(null, resolve(names)) : factory;
    if (name) modules[name] = latest;
  }
  define.amd = {};

  window.define = define;
  window.require = window.requirejs = function (names, callback) {
    if (typeof names === "string") return resolve([names])[0];
    callback.apply(null, resolve(names));
  };
  /* What the last anonymous define gave. */
  window.require.latest = function () {
    return latest;
  };
})();
