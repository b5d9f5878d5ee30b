#pragma once

// Everything a scenario needs.
#include "acrida/flow.h"
#include "acrida/http.h"
#include "acrida/json.h"
#include "acrida/message.h"
#include "acrida/net.h"
#include "acrida/random.h"
#include "acrida/record.h"
#include "acrida/scenario.h"
#include "acrida/shape.h"
#include "acrida/task_set.h"
#include "acrida/user.h"
#include "acrida/wait_time.h"
