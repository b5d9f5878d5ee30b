// What the modules under test ask of a browser when they are loaded; imported first.
import type { PageArgs } from "../src/data/model";

const page: Partial<PageArgs> = {
  num_users: 3,
  spawn_rate: 0.5,
  run_time: 90,
  host: "http://shop.example",
  show_userclass_picker: true,
  available_user_classes: ["Admin", "Buyer_view"],
  available_shape_classes: ["Default", "Waves"],
  extra_options: {
    a1: option(3),
    verify_tls: option(false),
    flavours: { ...option(["vanilla"]), is_multiple: true, choices: ["vanilla", "lemon"] },
    api_key: { ...option("s3cret"), is_secret: true },
  },
};

function option(default_value: PageArgs["extra_options"][string]["default_value"]) {
  return {
    default_value,
    is_secret: false,
    is_required: false,
    help_text: null,
    is_multiple: false,
    choices: null,
  };
}

Object.assign(globalThis, { window: globalThis, templateArgs: page });
