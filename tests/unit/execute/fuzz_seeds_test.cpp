// SPDX-License-Identifier: MIT
// What fuzz_execution_answers begins with: an answer of each kind, behind the byte that says whose.
#include "execute/lane_reply.hpp"
#include "sniperforge/execute/jupiter.hpp"
#include "sniperforge/execute/lanes.hpp"
#include "sniperforge/solana/message.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/transaction.hpp"
#include "support/keys.hpp"
#include "support/seeds.hpp"
#include "unit/execute/jupiter_bodies.hpp"

namespace sniperforge::execute {
namespace {

using sniperforge::test::expect_seed;
using sniperforge::test::key_of;

void expect_answer(const std::string& name, std::uint8_t whose, const std::string& body) {
    Bytes seed{whose};
    append(seed, bytes_of(body));
    expect_seed("execution_answers", name, seed);
}

[[nodiscard]] std::string quote_members() {
    return fmt::format(R"("inputMint":"{}","outputMint":"{}","inAmount":"100","outAmount":"99",)"
                       R"("otherAmountThreshold":"95")",
                       solana::kWrappedSolMint.to_string(), key_of(70).to_string());
}

TEST(FuzzSeedsOfAnswers, AreOneOfEachKind) {
    const std::string taken = R"({"jsonrpc":"2.0","id":1,"result":"5ig"})";
    EXPECT_TRUE(read_lane_reply(taken).is_accepted);
    expect_answer("lane_taken", 0, taken);
    const std::string limited =
        R"({"jsonrpc":"2.0","id":1,"error":{"code":-32097,"message":"congested"}})";
    EXPECT_TRUE(read_lane_reply(limited).is_limited);
    expect_answer("lane_limited", 0, limited);
    const std::string tips =
        R"([{"landed_tips_25th_percentile":1e-06,"landed_tips_50th_percentile":6.001e-06,)"
        R"("landed_tips_75th_percentile":0.002,"landed_tips_95th_percentile":0.5,)"
        R"("landed_tips_99th_percentile":2}])";
    EXPECT_TRUE(parse_tip_floor(tips, 99));
    expect_answer("tips", 1, tips);
    const std::string quote = "{" + quote_members() + "}";
    EXPECT_TRUE(parse_quote(quote));
    expect_answer("quote", 2, quote);

    const std::vector<solana::Instruction> one{
        solana::system_transfer({key_of(1), key_of(2), Lamports{3}})};
    const auto message = solana::compile_message(key_of(1), one, Hash{});
    ASSERT_TRUE(message);
    const auto wire = solana::unsigned_transaction(*message);
    ASSERT_TRUE(wire);
    const std::string swap = fmt::format(R"({{"swapTransaction":"{}"}})", base64_encode(*wire));
    EXPECT_TRUE(parse_swap(swap));
    expect_answer("swap", 3, swap);
    const std::string proposal =
        fmt::format(R"("setupInstructions":[],"swapInstruction":{},"cleanupInstruction":null)",
                    test::json_of(one.front()));
    const std::string instructions = fmt::format(R"({{{},"addressLookupTableAddresses":["{}"]}})",
                                                 proposal, key_of(9).to_string());
    EXPECT_TRUE(parse_swap_instructions(instructions));
    expect_answer("instructions", 4, instructions);
    const std::string build =
        fmt::format(R"({{{},{},"addressesByLookupTableAddress":{{"{}":[]}}}})", quote_members(),
                    proposal, key_of(9).to_string());
    EXPECT_TRUE(parse_build(build));
    expect_answer("build", 5, build);
    const std::string order =
        fmt::format(R"({{{},"transaction":"{}","requestId":"a-1","lastValidBlockHeight":"7"}})",
                    quote_members(), base64_encode(*wire));
    EXPECT_TRUE(parse_order(order));
    expect_answer("order", 6, order);
}

}  // namespace
}  // namespace sniperforge::execute
