// SPDX-License-Identifier: MIT
// Any bytes are refused with a reason, or are a message that takes no more of us than the order
// allows and pays nobody else. The judge reads the message on its own: it shares the parser with
// the signer and none of the policy. The corpus are honest orders of the signer's unit tests, whose
// wallet, mints and amounts these are.
#include <algorithm>
#include <array>

#include "../support/keys.hpp"
#include "../support/signing_limits.hpp"
#include "fuzz_target.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/signer/policy_signer.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::signer {
namespace {

using sniperforge::test::key_of;

const Pubkey kSol = solana::kWrappedSolMint;
const Pubkey kToken = key_of(70);
constexpr std::uint64_t kStake = 100'000'000;
constexpr Lamports kRent{2'039'280};
constexpr Lamports kFees{4'000 + 5'000};

solana::Keypair keypair() {
    std::array<std::uint8_t, solana::kSeedSize> seed{};
    Rng{1}.fill(seed);
    auto made = solana::Keypair::from_seed(seed);
    SF_ASSERT(made.has_value());
    return std::move(*made);
}

SigningPolicy policy_of(OrderKind kind) {
    const bool is_exit = kind == OrderKind::Exit;
    SigningPolicy policy;
    policy.kind = kind;
    policy.mint_in = is_exit ? kToken : kSol;
    policy.mint_out = kind == OrderKind::Entry ? kToken : kSol;
    policy.amount_in_max = TokenAmount{is_exit ? 10'000 : kStake};
    policy.receive_min = TokenAmount{kind == OrderKind::Entry ? 9'500
                                     : is_exit                ? 90'000'000
                                                              : kStake + 50'000};
    policy.lamports_max = kFees + kRent + kRent + (is_exit ? Lamports{} : Lamports{kStake});
    policy.token_account_rent = kRent;
    if (kind == OrderKind::Cycle) {
        policy.leg_count = 2;
        policy.between[0] = {kToken, TokenAmount{10'000}};
    }
    return policy;
}

// ---- The judge ----

class Judge {
 public:
    Judge(const solana::Message& message, std::vector<solana::AccountMeta> accounts,
          const SigningPolicy& policy, const Pubkey& wallet)
        : message_{message}, accounts_{std::move(accounts)}, policy_{policy}, wallet_{wallet} {}

    void judge() {
        SF_ASSERT(message_.header.num_required_signatures == 1 && message_.payer() == wallet_);
        for (const auto& instruction : message_.instructions) {
            look_at(instruction);
        }
        SF_ASSERT(lamports_ <= policy_.lamports_max.raw());
        SF_ASSERT(swaps_ == (policy_.kind == OrderKind::Cycle ? 2U : 1U));
        SF_ASSERT(spent_first_ <= policy_.amount_in_max.raw());
        SF_ASSERT(received_last_ >= policy_.receive_min.raw());
    }

 private:
    using Compiled = solana::CompiledInstruction;

    [[nodiscard]] const Pubkey& key(const Compiled& instruction, std::size_t at) const {
        SF_ASSERT(at < instruction.account_indexes.size());
        return accounts_[instruction.account_indexes[at]].pubkey;
    }
    [[nodiscard]] bool is_ours(const Pubkey& account, const Pubkey& mint) const {
        return account == solana::associated_token_address(wallet_, mint, solana::kTokenProgram) ||
               account ==
                   solana::associated_token_address(wallet_, mint, solana::kToken2022Program);
    }
    [[nodiscard]] static std::uint64_t number(const Compiled& instruction, std::size_t at) {
        SF_ASSERT(at + 8 <= instruction.data.size());
        return read_le<std::uint64_t>(instruction.data, at);
    }

    void look_at(const Compiled& instruction) {
        const Pubkey& program = message_.program_id(instruction);
        if (program == solana::kComputeBudgetProgram) {
            return;
        }
        if (program == solana::kSystemProgram) {
            SF_ASSERT(instruction.data.size() == 12 && instruction.data[0] == 2);
            SF_ASSERT(key(instruction, 0) == wallet_ && is_ours(key(instruction, 1), kSol));
            const std::uint64_t lamports = number(instruction, 4);
            SF_ASSERT(lamports <= policy_.lamports_max.raw());
            lamports_ += lamports;
            return;
        }
        if (program == solana::kAssociatedTokenProgram) {
            SF_ASSERT(instruction.data.empty() || instruction.data[0] < 2);
            SF_ASSERT(key(instruction, 2) == wallet_);
            SF_ASSERT(is_ours(key(instruction, 1), key(instruction, 3)));
            lamports_ += kRent.raw();
            return;
        }
        if (solana::is_token_program(program)) {
            SF_ASSERT(instruction.data.size() == 1);
            const bool is_closing = instruction.data[0] == 9;
            SF_ASSERT(is_closing || instruction.data[0] == 17);
            SF_ASSERT(is_ours(key(instruction, 0), kSol) || is_ours(key(instruction, 0), kToken));
            SF_ASSERT(!is_closing || key(instruction, 1) == wallet_);
            return;
        }
        swap(instruction, program);
    }

    // The mutations do not reach the other venues, whose data has no instruction in the corpus.
    void swap(const Compiled& instruction, const Pubkey& program) {
        std::size_t source = 0, destination = 0;
        std::uint64_t in = 0, out = 0;
        if (program == solana::kJupiterV6Program) {
            const std::size_t tail = instruction.data.size() - 19;
            source = 2, destination = 3;
            in = number(instruction, tail);
            const std::uint64_t kept =
                10'000U - read_le<std::uint16_t>(instruction.data, tail + 16);
            SF_ASSERT(kept <= 10'000);
            out = mul_div_floor(number(instruction, tail + 8), kept, 10'000).value_or(0);
        } else if (program == solana::kRaydiumAmmV4Program) {
            source = 5, destination = 6;
            in = number(instruction, 1), out = number(instruction, 9);
        } else {
            SF_ASSERT(program == solana::kRaydiumCpmmProgram);
            source = 4, destination = 5;
            in = number(instruction, 8), out = number(instruction, 16);
        }
        const bool is_first = swaps_ == 0;
        const bool is_last = policy_.kind != OrderKind::Cycle || !is_first;
        SF_ASSERT(is_ours(key(instruction, source), is_first ? policy_.mint_in : kToken));
        SF_ASSERT(is_ours(key(instruction, destination), is_last ? policy_.mint_out : kToken));
        if (is_first) {
            spent_first_ = in;
        } else {
            SF_ASSERT(in <= 10'000);
        }
        if (is_last) {
            received_last_ = out;
        } else {
            SF_ASSERT(out >= 10'000);
        }
        ++swaps_;
    }

    const solana::Message& message_;
    std::vector<solana::AccountMeta> accounts_;
    const SigningPolicy& policy_;
    const Pubkey& wallet_;
    std::uint64_t lamports_ = 5'000;
    std::uint64_t spent_first_ = 0, received_last_ = 0;
    std::uint32_t swaps_ = 0;
};

void check(BytesView input) {
    static PolicySigner signer{keypair(), sniperforge::test::kNoSigningLimits};
    static const Pubkey events =
        solana::find_program_address({solana::seed("__event_authority")}, solana::kJupiterV6Program)
            .address;
    static const solana::AddressLookupTable tables[] = {
        {key_of(200),
         {signer.own_accounts().account(kSol, solana::kTokenProgram),
          signer.own_accounts().account(kToken, solana::kTokenProgram), kSol, kToken, key_of(72),
          events}},
        {key_of(201), {key_of(80), key_of(90), solana::kSystemProgram}}};
    for (const OrderKind kind : {OrderKind::Entry, OrderKind::Exit, OrderKind::Cycle}) {
        const SigningPolicy policy = policy_of(kind);
        const auto checked = signer.check(input, policy, tables);
        if (!checked) {
            SF_ASSERT(!checked.error().reason.empty());
            continue;
        }
        const auto message = solana::parse_message(input);
        SF_ASSERT(message.has_value());
        const auto loaded = solana::load_addresses(*message, tables);
        SF_ASSERT(loaded.has_value());
        auto accounts = solana::resolve_accounts(*message, *loaded);
        SF_ASSERT(accounts.has_value());
        Judge{*message, std::move(*accounts), policy, signer.wallet()}.judge();
    }
}

}  // namespace
}  // namespace sniperforge::signer

SF_FUZZ_TARGET {
    sniperforge::signer::check({data, size});
    return 0;
}
