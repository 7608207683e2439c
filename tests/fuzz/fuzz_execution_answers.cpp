// SPDX-License-Identifier: MIT
// Lanes and Jupiter answer what they like: any bytes are something within its bounds, or an error
// with a reason. The first byte chooses whose answer it is.
#include <simdjson.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "execute/lane_reply.hpp"
#include "fuzz_target.hpp"
#include "sniperforge/execute/jupiter.hpp"
#include "sniperforge/execute/lanes.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::execute {
namespace {

void check_proposal(const JupiterInstructions& proposal) {
    SF_ASSERT(proposal.instructions.size() <= 64 && proposal.tables.size() <= 16);
    for (const solana::Instruction& each : proposal.instructions) {
        SF_ASSERT(each.accounts.size() <= 256);
    }
    for (const Pubkey& table : proposal.tables) {
        SF_ASSERT(std::ranges::count(proposal.tables, table) == 1);
    }
}

template <typename T, typename Judge>
void check_answer(const Result<T>& answer, const Judge& judge) {
    if (answer) {
        judge(*answer);
    } else {
        SF_ASSERT(!answer.error().text.empty() && answer.error().text.size() < 1'024);
    }
}

void check_reply(std::string_view body) {
    const LaneReply reply = read_lane_reply(body);
    SF_ASSERT(!reply.is_accepted || reply.error.empty());
    SF_ASSERT(!reply.is_limited || !reply.error.empty());
}

void check_tips(std::string_view body) {
    for (const std::uint32_t percentile : {25U, 50U, 75U, 95U, 99U}) {
        check_answer(parse_tip_floor(body, percentile), [](Lamports) {});
    }
}

void check(std::uint8_t whose, std::string_view input) {
    // On the heap and of the exact size, so that a read behind it is seen; as of a string, never
    // null.
    const auto exact = std::make_unique<char[]>(input.size());
    std::ranges::copy(input, exact.get());
    const std::string_view body{exact.get(), input.size()};
    const auto of_message = [](const Bytes& message) {
        SF_ASSERT(message.size() <= solana::kTransactionBytesMaxV1);
    };
    switch (whose % 7) {
        case 0:
            return check_reply(body);
        case 1:
            return check_tips(body);
        case 2:
            return check_answer(parse_quote(std::string{body}),
                                [&](const JupiterQuote& quote) { SF_ASSERT(quote.body == body); });
        case 3:
            return check_answer(parse_swap(body), of_message);
        case 4:
            return check_answer(parse_swap_instructions(body), check_proposal);
        case 5:
            return check_answer(parse_build(body),
                                [](const JupiterBuild& build) { check_proposal(build.proposal); });
        default:
            return check_answer(parse_order(body), [&](const JupiterOrder& order) {
                of_message(order.message);
                SF_ASSERT(!order.request_id.empty() && order.request_id.size() <= 128);
            });
    }
}

}  // namespace
}  // namespace sniperforge::execute

SF_FUZZ_TARGET {
    if (size > 0) {
        sniperforge::execute::check(data[0], {reinterpret_cast<const char*>(data) + 1, size - 1});
    }
    return 0;
}
