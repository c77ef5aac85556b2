/* What the methods take, and what they give. */
const own: Callbacks | Moment | UserStatus | NotificationData | Problem = "own";

APP.notifications.show_message({ header: "H", text: "T", date: 1566922308, icon: "https://example.com/i.png" });
APP.notifications.show_message({ text: "T", timeout: 0 });
APP.notifications.show_message("T", "success");
APP.notifications.show_message_error({ header: "H", text: { header: "H", text: "T" }, link: false });
AMOCRM.notifications.show_notification({ text: { header: "H", text: "T" }, type: "call", date: new Date() });
APP.notifications.show_notification({ text: { text: "T" }, type: "sms" });
APP.notifications.add_alert({ text: own, color: "red" });
APP.notifications.add_error({ header: "H", text: "T", link: "/a" }, { fail: (problem) => problem.status + 1 });
APP.notifications.add_call({ text: "T", element: { id: 7, type: 1 }, duration: "65", from: 79990000000, link: "#" });
const call: Notifcenter.AddCall = { text: "T", element: { id: "a-1", type: "contact", name: "Ann" }, click_link: "/b" };
APP.notifications.add_call(call, { done: (id) => id.toUpperCase(), always() {} });

APP.addNotificationCallback("telephony", (data) => {
  const at: number = data.created_at;
  const title: string = data.body.title;
  return [at, title, data.click.value, data.entity?.name];
});

const all: Record<string, Notifcenter.UserStatus> = APP.sdk.showUserStatus();
const online: number[] = APP.sdk.showUserStatus("online");
const isOnline: boolean = APP.sdk.showUserStatus(7) || APP.sdk.showUserStatus("7");
APP.sdk.setCallingStatus(!APP.sdk.getCallingStatus());
APP.sdk.renewToken(async () => "token");
APP.ready.then((app) => app.constant("user").login.length);

const names: string[] = Object.values(APP.constant("account").users);
const group: string | undefined = APP.constant("groups")[APP.constant("managers")["7"]?.group ?? ""];
const isAdmin: boolean = APP.constant("user_rights").is_admin && APP.widgets.list["telephony"]!.init_once;
APP.router.navigate(APP.getBaseEntity() + APP.getWidgetsArea() + APP.widgets.system.domain);

const bell: HTMLElement = document.createElement("notifcenter-bell");
window.AMOCRM === window.APP;
export { all, bell, group, isAdmin, isOnline, names, online };
