/* A host of widgets as amoCRM documents it: it makes a widget of what a script defined and runs its callbacks. */
(function () {
  function Base(code, settings) {
    this.params = settings;
    this.system = function () {
      return Object.assign({}, window.APP.widgets.system);
    };
    this.get_settings = function () {
      return Object.assign({ widget_code: code }, settings);
    };
    this.i18n = function (section) {
      return { widget: { name: "Own telephony" }, settings: { login: "Login" } }[section] || {};
    };
    this.render_template = function (parts) {
      window.$("body").append("<div>" + parts.render + "</div>");
      return true;
    };
    this.add_action = function (type, act) {
      this.actions = this.actions || {};
      this.actions[type] = act;
    };
  }

  window.WidgetHost = {
    widgets: {},
    /* Runs render, then init, then bind_actions, each if the one before gave true. */
    start: function (code, Widget, settings) {
      Widget.prototype = new Base(code, settings || {});
      var widget = new Widget();
      window.WidgetHost.widgets[code] = widget;
      return ["render", "init", "bind_actions"].every(function (name) {
        var callback = widget.callbacks[name];
        return callback ? callback.call(widget) : true;
      });
    },
  };
})();
