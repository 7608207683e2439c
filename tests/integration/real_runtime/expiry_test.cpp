// SPDX-License-Identifier: MIT
// A blockhash expires by block height, 150 blocks after its own.
#include <fmt/format.h>

#include "integration/real_runtime/node.hpp"
#include "sniperforge/solana/system_program.hpp"

namespace sniperforge::real_runtime {
namespace {

using namespace solana;

// The block under construction is one above the one that the latest blockhash is of.
constexpr std::uint64_t kBlocksUntilTheLast = 149;

class Expiry : public RealRuntime {
 protected:
    [[nodiscard]] Bytes transfer(const Hash& blockhash) const {
        return build({.instructions = {system_transfer({payer_key(), to_.public_key(), kAmount})}},
                     blockhash);
    }
    [[nodiscard]] bool is_valid(const Hash& blockhash) {
        const auto answer = node_.call(
            "isBlockhashValid",
            fmt::format(R"(["{}",{{"commitment":"processed"}}])", blockhash.to_string()));
        return answer.value().contains(R"("value":true)");
    }
    const Keypair to_ = new_keypair();
};

TEST_F(Expiry, LetsATransactionLandInTheLastBlockOfItsBlockhash) {
    const auto latest = node_.latest_blockhash();
    const Bytes wire = transfer(latest.blockhash);
    node_.advance_blocks(kBlocksUntilTheLast);
    EXPECT_TRUE(is_valid(latest.blockhash));
    EXPECT_LE(node_.block_height(), latest.last_valid_height);
    expect_landed(wire, {.fee = Lamports{5'000}, .paid = kAmount});
}

TEST_F(Expiry, DropsItOneBlockLater) {
    const auto latest = node_.latest_blockhash();
    const Bytes wire = transfer(latest.blockhash);
    node_.advance_blocks(kBlocksUntilTheLast + 1);
    EXPECT_FALSE(is_valid(latest.blockhash));
    expect_refused(wire, R"("BlockhashNotFound")");

    // Without preflight the answer looks like success. What decides is the height, and that the
    // signature is not known: then it will never land.
    EXPECT_EQ(node_.send(wire, true).value(), signature_of(wire));
    node_.advance_blocks(1);
    EXPECT_GT(node_.block_height(), latest.last_valid_height);
    EXPECT_FALSE(node_.status(signature_of(wire)).has_value());
    EXPECT_FALSE(node_.transaction(signature_of(wire)).has_value());
    EXPECT_EQ(node_.balance(payer_key()), payer_balance_);
    EXPECT_EQ(node_.balance(to_.public_key()), Lamports{0});
}

TEST_F(Expiry, NeverAcceptsABlockhashThatWasNone) {
    Hash invented;
    invented.bytes.fill(7);
    expect_refused(transfer(invented), R"("BlockhashNotFound")");
}

TEST_F(Expiry, CountsBlocksAndNotSlots) {
    const auto latest = node_.latest_blockhash();
    // Far apart on purpose: comparing the wrong two finds everything expired, or nothing ever.
    EXPECT_GT(node_.slot().value, latest.last_valid_height.value + 1'000'000);
    EXPECT_EQ(latest.last_valid_height, node_.block_height().plus(150));
}

}  // namespace
}  // namespace sniperforge::real_runtime
