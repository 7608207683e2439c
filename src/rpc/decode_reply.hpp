// SPDX-License-Identifier: MIT
// The `result` of each typed call, decoded. Every function takes the result value and throws
// json::BadMember naming what is missing or mistyped.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "rpc/json.hpp"
#include "sniperforge/rpc/types.hpp"

namespace sniperforge::rpc {

[[nodiscard]] LatestBlockhash decode_latest_blockhash(json::ondemand::value result);
[[nodiscard]] Balance decode_balance(json::ondemand::value result);
// One entry per key of the request, in its order.
[[nodiscard]] MultipleAccounts decode_multiple_accounts(json::ondemand::value result,
                                                        std::span<const Pubkey> keys);
// A list of {pubkey, account}, bare or wrapped in {context, value}.
[[nodiscard]] KeyedAccounts decode_keyed_accounts(json::ondemand::value result);
[[nodiscard]] LargestAccounts decode_largest_accounts(json::ondemand::value result);
[[nodiscard]] ChainHeight decode_chain_height(json::ondemand::value result);
// One entry per signature of the request, in its order.
[[nodiscard]] SignatureStatuses decode_signature_statuses(json::ondemand::value result,
                                                          std::size_t count);
[[nodiscard]] std::vector<SignatureRecord> decode_signatures(json::ondemand::value result);
[[nodiscard]] std::optional<TransactionDetail> decode_transaction(json::ondemand::value result);

}  // namespace sniperforge::rpc
