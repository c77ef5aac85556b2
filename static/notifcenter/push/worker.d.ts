/** What a service worker has and a page has not; the checker's own types of both cannot be loaded together. */

declare namespace PushWorker {
  interface Extendable extends Event {
    waitUntil(work: Promise<unknown>): void;
  }

  interface FetchEvent extends Extendable {
    readonly request: Request;
    readonly preloadResponse: Promise<Response | undefined>;
    respondWith(response: Promise<Response | undefined>): void;
  }

  interface PushData {
    json(): any;
    text(): string;
  }

  interface Events {
    install: Extendable;
    activate: Extendable;
    fetch: FetchEvent;
    push: Extendable & { readonly data: PushData | null };
    notificationclick: Extendable & { readonly notification: Notification; readonly action: string };
    notificationclose: Extendable & { readonly notification: Notification };
    pushsubscriptionchange: Extendable & { readonly newSubscription?: PushSubscription | null };
    message: Extendable & { readonly data: unknown };
  }

  interface Page {
    readonly url: string;
    focus(): Promise<Page>;
    navigate(url: string): Promise<Page | null>;
  }

  interface Scope {
    readonly location: Location;
    readonly registration: ServiceWorkerRegistration;
    readonly clients: {
      claim(): Promise<void>;
      matchAll(options: { type: "window"; includeUncontrolled: boolean }): Promise<Page[]>;
      openWindow(url: string): Promise<Page | null>;
    };
    skipWaiting(): Promise<void>;
    importScripts(...addresses: string[]): void;
    addEventListener<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => unknown): void;
  }

  /** The JSON of a push message. */
  interface Message {
    id?: string;
    title?: string;
    body?: string;
    url?: string;
    icon?: string;
    tag?: string;
    /** It shows nothing: the notice with this tag is closed. */
    closed?: boolean;
    /** Buttons that are pressed for the user of that id. */
    actions?: { action: string; title: string }[];
    user?: number;
  }
}
