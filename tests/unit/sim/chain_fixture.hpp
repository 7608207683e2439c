// SPDX-License-Identifier: MIT
// A small chain for tests: wallets with keys, mints, balances, and transactions sent over the wire.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/sim/genesis.hpp"
#include "sniperforge/sim/pool_instructions.hpp"
#include "sniperforge/solana/associated_token.hpp"
#include "sniperforge/solana/compute_budget.hpp"
#include "sniperforge/solana/keypair.hpp"
#include "sniperforge/solana/message.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/token_program.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::sim {

using Instructions = std::vector<solana::Instruction>;

[[nodiscard]] inline solana::Keypair test_keypair(std::uint8_t tag) {
    std::array<std::uint8_t, solana::kSeedSize> seed{};
    seed.fill(tag);
    return std::move(*solana::Keypair::from_seed(seed));
}
// A key without a keypair: mints and such. Smaller tags sort first.
[[nodiscard]] inline Pubkey test_key(std::uint8_t tag) {
    Pubkey key;
    key.bytes.fill(tag);
    return key;
}

[[nodiscard]] inline ChainOptions plain_options() {
    ChainOptions options;
    options.slot_skip_probability = 0;
    return options;
}

inline constexpr std::uint64_t kBaseFee = 5'000;

[[nodiscard]] inline solana::Instruction pay(const Pubkey& from, const Pubkey& to,
                                             std::uint64_t amount) {
    return solana::system_transfer({from, to, Lamports{amount}});
}

class ChainTest : public ::testing::Test {
 protected:
    explicit ChainTest(const ChainOptions& options = plain_options()) : chain{options} {
        create_wrapped_sol_mint(chain);
        create_wallet(chain, wallet.public_key(), Lamports{10 * kLamportsPerSol});
    }

    // A signed v0 transaction with the newest blockhash (or the one given).
    [[nodiscard]] Bytes signed_wire(const Instructions& instructions) {
        return signed_wire(instructions, chain.latest_blockhash(0));
    }
    [[nodiscard]] Bytes signed_wire(const Instructions& instructions, const Hash& blockhash) {
        const auto message = solana::compile_message(wallet.public_key(), instructions, blockhash);
        EXPECT_TRUE(message.has_value());
        auto wire = solana::sign_transaction(*message, wallet);
        EXPECT_TRUE(wire.has_value()) << wire.error().text;
        return std::move(*wire);
    }
    // Sends without preflight, ends the slot, and returns what happened.
    const Receipt* land(const Instructions& instructions) {
        return land(signed_wire(instructions));
    }
    const Receipt* land(const Bytes& wire) {
        const auto signature = chain.submit(wire, true);
        EXPECT_TRUE(signature.has_value());
        chain.advance_slot();
        return signature ? chain.receipt(*signature) : nullptr;
    }

    [[nodiscard]] std::uint64_t lamports(const Pubkey& key) const {
        const Account* account = chain.account(key);
        return account == nullptr ? 0 : account->lamports.raw();
    }
    [[nodiscard]] std::uint64_t tokens(const Pubkey& key) const {
        const Account* account = chain.account(key);
        return account == nullptr ? 0 : read_le<std::uint64_t>(account->data, 64);
    }
    [[nodiscard]] std::uint64_t u64_of(const Pubkey& key, std::size_t offset) const {
        return read_le<std::uint64_t>(chain.account(key)->data, offset);
    }
    void write_u64(const Pubkey& key, std::size_t offset, std::uint64_t value) {
        Account account = *chain.account(key);
        write_le(account.data, offset, value);
        chain.put_account(key, account);
    }

    const solana::Keypair wallet = test_keypair(1);
    Chain chain;
};

[[nodiscard]] inline bool has_line(const std::vector<std::string>& logs, std::string_view text) {
    for (const std::string& line : logs) {
        if (line.find(text) != std::string::npos) {
            return true;
        }
    }
    return false;
}

}  // namespace sniperforge::sim
