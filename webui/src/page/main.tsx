import { render } from "preact";
import { stayConnected } from "../data/connection";
import "../style.css";
import { followSystem } from "../ui/theme";
import { App } from "./App";

followSystem();
const place = document.getElementById("app");
if (place) render(<App />, place);
void stayConnected();
