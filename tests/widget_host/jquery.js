/* As much of jQuery as the widgets of the tests use, written for them. */
(function () {
  function Set(elements) {
    this.elements = elements.filter(Boolean);
    this.length = this.elements.length;
    this.elements.forEach(function (element, index) {
      this[index] = element;
    }, this);
  }

  function $(what) {
    if (what instanceof Set) return what;
    if (typeof what === "function") return what($);
    if (typeof what !== "string") return new Set([what]);
    if (what.trim()[0] !== "<") return new Set(Array.from(document.querySelectorAll(what)));
    var holder = document.createElement("template");
    holder.innerHTML = what;
    return new Set(Array.from(holder.content.childNodes));
  }

  Object.assign(Set.prototype, {
    each: function (act) {
      this.elements.forEach(function (element, index) {
        act.call(element, index, element);
      });
      return this;
    },
    on: function (type, selector, handler) {
      var isDelegated = typeof selector === "string";
      return this.each(function () {
        this.addEventListener(type.split(".")[0], function (event) {
          var target = isDelegated ? event.target.closest(selector) : this;
          if (target) (handler || selector).call(target, event);
        });
      });
    },
    find: function (selector) {
      return new Set([].concat.apply([], this.elements.map(function (element) {
        return Array.from(element.querySelectorAll(selector));
      })));
    },
    closest: function (selector) {
      return new Set([this[0] && this[0].closest(selector)]);
    },
    append: function (what) {
      this[0].append.apply(this[0], $(what).elements);
      return this;
    },
    empty: function () {
      return this.each(function () {
        this.textContent = "";
      });
    },
    remove: function () {
      return this.each(function () {
        this.remove();
      });
    },
    attr: function (name, value) {
      if (value === undefined) return this[0] && this[0].getAttribute(name);
      return this.each(function () {
        this.setAttribute(name, value);
      });
    },
    data: function (name) {
      return this[0] && this[0].dataset[name];
    },
    text: function () {
      return this.elements.map(function (element) {
        return element.textContent;
      }).join("");
    },
    css: function (name, value) {
      return this.each(function () {
        this.style[name] = value;
      });
    },
  });

  window.$ = window.jQuery = $;
  window.define("jquery", [], function () {
    return $;
  });
})();
