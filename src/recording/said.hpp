// SPDX-License-Identifier: MIT
// What an update says, apart from what a frame cannot say: of which account or signature it is,
// where only the request named it.
#pragma once

#include <string>

#include "recording/inputs.hpp"

namespace sniperforge::recording {

struct Said {
    std::size_t kind = 0;  // Its place in ChainUpdate.
    Slot slot;
    Pubkey account;  // None: it was in the request, or there is none.
    Bytes bytes;     // append_update() of it, without account and signature of the request.
};
[[nodiscard]] Said said_of(const ChainUpdate& update);

// Of one kind: what is not the same, for people.
[[nodiscard]] std::string differing(const Said& recorded, const Said& decoded);
// For people.
[[nodiscard]] std::string described(const Said& said);

}  // namespace sniperforge::recording
