import { render } from "preact";
import type { ReportArgs } from "../data/model";
import "../style.css";
import "./print.css";
import { Report } from "./Report";

const place = document.getElementById("app");
const args = window.templateArgs as ReportArgs | undefined;
if (place) {
  if (args) render(<Report args={args} />, place);
  else place.textContent = "This file holds no data: it is the template of a report.";
}
