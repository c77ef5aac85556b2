/* A project's own globals, under the names that the SDK's types once took from everybody. */
type Callbacks = "own";
type UserStatus = "own";
type Moment = "own";
type ShowMessage = "own";
type ShowMessageError = "own";
type ShowNotification = "own";
type AddError = "own";
type AddCall = "own";
type Problem = "own";
type NotificationButton = "own";
type NotificationData = "own";
type NotifcenterApp = "own";
type App = "own";
type User = "own";
type Manager = "own";
type Link = "own";
