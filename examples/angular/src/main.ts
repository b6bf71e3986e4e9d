import { bootstrapApplication } from "@angular/platform-browser";
import { CallPage } from "./call-page";

await bootstrapApplication(CallPage);
