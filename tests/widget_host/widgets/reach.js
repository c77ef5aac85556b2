/* Asks in its init() for all that published widgets ask for, and keeps the answers. */
define(["jquery"], function ($) {
  return function () {
    var self = this;
    this.callbacks = {
      render: function () {
        return true;
      },
      init: function () {
        var account = APP.constant("account");
        var user = APP.constant("user");
        var manager = APP.constant("managers")[user.id];
        window.reached = {
          account: [typeof account.id, account.id > 0, typeof account.subdomain, account.users[user.id] === user.name],
          first_user: Object.keys(account.users).length > 0,
          user: [typeof user.id, user.login, user.is_admin, user.personal_mobile, user.photo],
          user_rights: APP.constant("user_rights").is_admin,
          manager: [manager.title === user.name, manager.option === user.name, manager.login, manager.active, manager.is_admin],
          group: [/^group_\d+$/.test(manager.group), typeof APP.constant("groups")[manager.group]],
          unknown: APP.constant("task_types"),
          system: Object.keys(self.system()).sort(),
          amouser: self.system().amouser,
          widget: [APP.widgets.list.telephony.init_once, APP.widgets.list.telephony.params.widget_active],
          entity: [APP.getBaseEntity(), APP.getWidgetsArea(), APP.isCard(), APP.data.is_card, APP.data.current_list],
          page: [APP.lang_id, APP.click_event, typeof APP.is_touch_device, typeof APP.router.navigate],
          status: APP.sdk.showUserStatus()[user.id].id === user.id,
          calling: APP.sdk.getCallingStatus(),
          same: APP === AMOCRM && APP.notifications === AMOCRM.notifications,
        };
        return true;
      },
    };
    return this;
  };
});
