// SPDX-License-Identifier: MIT
// The inverse of body_of(): what a journal record says, for rebuilding the books.
#pragma once

#include <simdjson.h>

#include <optional>

#include "sniperforge/core/result.hpp"
#include "sniperforge/engine/recorder.hpp"
#include "sniperforge/journal/record.hpp"

namespace sniperforge::engine {

// Nothing for records that the books do not depend on: notes, market events, and the position
// events that follow from reports. Of an OrderIntent its pools are unknown (indices are of one
// run), of an ExecutionReport there is only what the chain told (the rest is its intent's), of a
// denial only whose it is.
[[nodiscard]] Result<std::optional<RecorderItem>> item_of(const journal::Record& record,
                                                          simdjson::dom::parser& parser);

}  // namespace sniperforge::engine
