import { Component, CUSTOM_ELEMENTS_SCHEMA, signal } from "@angular/core";
import "@uis-call/widget/define";
import type { UisCallStatusEvent } from "@uis-call/widget";

@Component({
  selector: "call-page",
  // Allows custom elements in the template.
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <main>
      <h1>The call button in Angular</h1>
      <uis-call-button
        endpoint="http://localhost:4331/api"
        tenant="own"
        target="sales"
        [strings]="overrides"
        (uis-call-status)="follow($event)"
      >
        <a href="tel:+74990000000">+7 499 000-00-00</a>
      </uis-call-button>
      <p>
        Call: <output>{{ status() }}</output>
      </p>
    </main>
  `,
})
export class CallPage {
  readonly overrides = { heading: "Talk to us" };
  readonly status = signal("none");

  follow({ call }: UisCallStatusEvent): void {
    this.status.set(call.status);
  }
}
