import { render } from "preact";
import "../style.css";
import { followSystem } from "../ui/theme";
import { Login } from "./Login";

followSystem();
const place = document.getElementById("app");
if (place) render(<Login />, place);
