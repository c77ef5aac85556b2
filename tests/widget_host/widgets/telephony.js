/* Publishes as the documentation shows it, and listens for clicks in what it published. */
define(["jquery"], function ($) {
  return function () {
    var self = this;
    this.outcomes = [];
    this.add_call_notify = function (message) {
      var data = {
        from: message.from,
        to: message.to,
        duration: message.duration,
        link: message.link,
        text: self.i18n("widget").name + ": " + message.text,
        date: Math.ceil(Date.now() / 1000),
      };
      if (message.element && message.element.id && message.element.type) data.element = message.element;
      APP.notifications.add_call(data, self.callbacks_of("call"));
    };
    this.report = function (text) {
      var data = { header: self.get_settings().widget_code, text: "<p>" + text + "</p>", date: Math.ceil(Date.now() / 1000) };
      APP.notifications.add_error(data, self.callbacks_of("error"));
    };
    this.callbacks_of = function (name) {
      var note = function (outcome) {
        return function () {
          self.outcomes.push(name + " " + outcome);
        };
      };
      return { done: note("done"), fail: note("fail"), always: note("always") };
    };
    this.callbacks = {
      render: function () {
        return true;
      },
      init: function () {
        return true;
      },
      bind_actions: function () {
        $(document).on("click.own", ".notification__item.notification-inner .own-phone", function () {
          window.dialled = $(this).data("phone");
          window.dialled_in = $(this).closest(".notification__item").data("id");
        });
        return true;
      },
    };
    return this;
  };
});
