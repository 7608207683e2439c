// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/signature_page.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "rpc/json.hpp"

namespace sniperforge::rpc {
namespace {

constexpr const char* kPageMethod = "getSignaturesForAddress";

// Behind this a time is no time of a block: year 2200.
constexpr std::uint64_t kBlockTimeMax = 7'258'118'400;

[[nodiscard]] PastSignature read_entry(json::ondemand::value entry) {
    auto members = json::to_object(entry, "result");
    PastSignature past;
    json::ondemand::value time;
    if (json::find_member(members, "blockTime", time) && !json::is_null(time, "blockTime")) {
        const std::uint64_t seconds = json::to_u64(time, "blockTime");
        if (seconds > kBlockTimeMax) {
            json::throw_bad_member("blockTime", fmt::format("{} is no time", seconds));
        }
        past.at = WallTime{} + std::chrono::seconds{seconds};
    }
    past.is_failed = json::has_error(members);
    past.signature = json::key_member<Signature>(members, "signature");
    past.slot = Slot{json::u64_member(members, "slot")};
    return past;
}

[[nodiscard]] RpcResult<std::vector<PastSignature>> read_page(std::string_view result) {
    // The readers begin with an object.
    std::string document = fmt::format(R"({{"result":{}}})", result);
    auto page = json::read_document(document, [](json::ondemand::object& root) {
        std::vector<PastSignature> found;
        json::for_each(json::array_member(root, "result"), "result",
                       [&](json::ondemand::value entry) { found.push_back(read_entry(entry)); });
        return found;
    });
    if (!page) {
        return std::unexpected(
            RpcError{.kind = RpcError::Kind::BadReply,
                     .message = fmt::format("{}: {}", kPageMethod, page.error().text),
                     .was_written = true});
    }
    return std::move(*page);
}

}  // namespace

void get_signature_page(RpcClient& rpc, const Pubkey& account, const SignaturePageOptions& options,
                        RpcHandler<std::vector<PastSignature>> handler) {
    const Commitment commitment = options.read.commitment == Commitment::Processed
                                      ? Commitment::Confirmed
                                      : options.read.commitment;
    std::string params = fmt::format(R"(["{}",{{"limit":{},"commitment":"{}")", account.to_string(),
                                     options.limit, to_string(commitment));
    if (options.before) {
        params += fmt::format(R"(,"before":"{}")", options.before->to_string());
    }
    if (options.read.context_slot_min) {
        params += fmt::format(R"(,"minContextSlot":{})", options.read.context_slot_min->value);
    }
    rpc.call(kPageMethod, params + "}]",
             [handler = std::move(handler)](RpcResult<std::string> result) mutable {
                 if (!result) {
                     return handler(std::unexpected(std::move(result.error())));
                 }
                 handler(read_page(*result));
             });
}

}  // namespace sniperforge::rpc
