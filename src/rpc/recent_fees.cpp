// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/recent_fees.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <string>

namespace sniperforge::rpc {
namespace {

constexpr std::string_view kRecentFees = "getRecentPrioritizationFees";
// A node remembers 150 slots; one that lists more is not read any further.
constexpr std::size_t kRecentFeesMax = 1'024;

}  // namespace

Result<std::vector<RecentFee>> parse_recent_fees(std::string_view result) {
    simdjson::dom::parser parser;
    simdjson::dom::array entries;
    if (const auto error = parser.parse(result.data(), result.size()).get(entries);
        error != simdjson::SUCCESS) {
        return fail(fmt::format("{}: the result is no array ({})", kRecentFees,
                                simdjson::error_message(error)));
    }
    std::vector<RecentFee> fees;
    for (const simdjson::dom::element entry : entries) {
        std::uint64_t slot = 0, price = 0;
        if (entry["slot"].get(slot) != simdjson::SUCCESS ||
            entry["prioritizationFee"].get(price) != simdjson::SUCCESS) {
            return fail(fmt::format("{}: entry {} has no slot or no prioritizationFee", kRecentFees,
                                    fees.size()));
        }
        if (fees.size() == kRecentFeesMax) {
            break;
        }
        fees.push_back({Slot{slot}, ComputeUnitPrice{price}});
    }
    return fees;
}

void get_recent_fees(RpcClient& rpc, std::span<const Pubkey> accounts,
                     RpcHandler<std::vector<RecentFee>> handler) {
    const auto asked = accounts.first(std::min(accounts.size(), kFeeAccountsMax));
    std::string params = "[[";
    for (const Pubkey& account : asked) {
        params += fmt::format(R"({}"{}")", params.size() > 2 ? "," : "", account.to_string());
    }
    rpc.call(
        kRecentFees, params + "]]",
        [handler = std::move(handler)](RpcResult<std::string> answer) mutable {
            if (!answer) {
                return handler(std::unexpected(std::move(answer.error())));
            }
            auto fees = parse_recent_fees(*answer);
            if (!fees) {
                return handler(std::unexpected(RpcError{.kind = RpcError::Kind::BadReply,
                                                        .message = std::move(fees.error().text),
                                                        .was_written = true}));
            }
            handler(std::move(*fees));
        });
}

}  // namespace sniperforge::rpc
