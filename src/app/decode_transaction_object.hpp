// SPDX-License-Identifier: MIT
// The object forms of a transaction: {"message", "signatures"} as encodings json and jsonParsed
// show it.
#pragma once

#include "app/decode_json.hpp"
#include "app/decode_transaction_file.hpp"

namespace sniperforge::app {

// The text of the largest transaction, in either encoding, and some white space.
inline constexpr std::size_t kTransactionTextMax = 8 * 1024;

[[nodiscard]] Result<void> read_transaction_object(JsonElement transaction, TransactionFile& out);
// The message's own keys with the flags that its header gives them.
void add_static_accounts(TransactionFile& out);

}  // namespace sniperforge::app
