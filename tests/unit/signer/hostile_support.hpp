// SPDX-License-Identifier: MIT
// An honest transaction in every form that it may come in, and an attack on it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "unit/signer/policy_support.hpp"

namespace sniperforge::signer::test {

// How a transaction comes. `Tables`: v0, with the accounts that may be looked up in a table.
enum class Form : std::uint8_t { Legacy, V0, Tables, V1 };
inline constexpr Form kForms[] = {Form::Legacy, Form::V0, Form::Tables, Form::V1};
inline constexpr OrderKind kKinds[] = {OrderKind::Entry, OrderKind::Exit, OrderKind::Cycle};

// Entries and exits are of one route of Jupiter's or of one pool's own instruction, cycles of two
// pools' own.
struct Draft {
    OrderKind kind = OrderKind::Entry;
    Form form = Form::V0;
    bool is_direct = false;  // Entries and exits: through a pool's own instruction.
    SigningPolicy policy;
    Route route;
    Pubkey payer;
    Instructions instructions;
    solana::TransactionConfig config;                    // V1 only.
    std::vector<solana::AddressLookupTable> claimed;     // What it is compiled against.
    std::vector<solana::AddressLookupTable> read;        // What our own node says.
    std::function<void(Bytes& message)> change_message;  // Once it is compiled.

    // The first instruction of `program`: its position is what a refusal names.
    [[nodiscard]] std::size_t at(const Pubkey& program) const {
        std::size_t i = 0;
        while (i < instructions.size() && instructions[i].program_id != program) {
            ++i;
        }
        SF_ASSERT(i < instructions.size());
        return i;
    }
    // The one swap of an entry or an exit.
    [[nodiscard]] std::size_t at_swap() const {
        return at(!is_direct                 ? solana::kJupiterV6Program
                  : kind == OrderKind::Entry ? solana::kRaydiumAmmV4Program
                                             : solana::kRaydiumCpmmProgram);
    }
    std::size_t append(const Instruction& instruction) {
        instructions.push_back(instruction);
        return instructions.size() - 1;
    }
    std::size_t prepend(const Instruction& instruction) {
        instructions.insert(instructions.begin(), instruction);
        return 0;
    }
    std::size_t replace(std::size_t at, const Instruction& instruction) {
        instructions[at] = instruction;
        return at;
    }
    // Puts the changed `route` in the place of the honest one.
    std::size_t reroute() { return replace(at(solana::kJupiterV6Program), route.instruction()); }
};

// What the attacks are made of, beside what every test of the policy has.
class HostileTest : public PolicyTest {
 public:
    using PolicyTest::create;
    using PolicyTest::leg_1;
    using PolicyTest::leg_2;
    using PolicyTest::own;
    using PolicyTest::signer;
    using PolicyTest::wallet;

    [[nodiscard]] Draft honest(OrderKind kind, Form form, bool is_direct = false);
    // Of a direct entry, through an AMM v4; of a direct exit, through a CPMM.
    [[nodiscard]] PoolSwap direct_swap(OrderKind kind) {
        return kind == OrderKind::Entry
                   ? PoolSwap{wallet(), own(kSol), own(kToken), kAmount, kTokensMin, false}
                   : PoolSwap{wallet(), own(kToken), own(kSol), 10'000, 90'000'000, false};
    }
    [[nodiscard]] Bytes message_of(const Draft& draft) const;
    // Empty when it would be signed.
    [[nodiscard]] std::optional<Refusal> judge(const Draft& draft);
    [[nodiscard]] Pubkey strangers(const Pubkey& mint) const {
        return solana::associated_token_address(kStranger, mint, solana::kTokenProgram);
    }
    // Of a token that no order of these tests is about.
    [[nodiscard]] Pubkey own_other() { return own(key_of(73)); }
};

// The orders and forms that an attack is possible on.
struct Where {
    std::vector<OrderKind> kinds{std::begin(kKinds), std::end(kKinds)};
    std::vector<Form> forms{std::begin(kForms), std::end(kForms)};
    // By what entries and exits swap.
    bool is_through_jupiter = true, is_direct = true;
};
inline const Where kEverywhere;
inline const Where kJupiterOnly{.kinds = {OrderKind::Entry, OrderKind::Exit}, .is_direct = false};
inline const Where kDirectOnly{.kinds = {OrderKind::Entry, OrderKind::Exit},
                               .is_through_jupiter = false};
inline const Where kCyclesOnly{.kinds = {OrderKind::Cycle}};
inline const Where kBeforeV1{.forms = {Form::Legacy, Form::V0, Form::Tables}};
inline const Where kV1Only{.forms = {Form::V1}};
inline const Where kTablesOnly{.forms = {Form::Tables}};

struct Attack {
    std::string name;
    Where where;
    // Makes the attack of an honest draft, and says which instruction has to be named: none when it
    // is about the whole.
    std::function<std::optional<std::size_t>(Draft&)> change;
    std::string reason;  // A part of what has to be said.
};

// By what they are after.
[[nodiscard]] std::vector<Attack> attacks_on_the_wallet(HostileTest& test);
[[nodiscard]] std::vector<Attack> attacks_on_token_accounts(HostileTest& test);
[[nodiscard]] std::vector<Attack> attacks_by_routes(HostileTest& test);
[[nodiscard]] std::vector<Attack> attacks_by_second_routes(HostileTest& test);
[[nodiscard]] std::vector<Attack> attacks_by_held_sol(HostileTest& test);
[[nodiscard]] std::vector<Attack> attacks_by_steps(HostileTest& test);
[[nodiscard]] std::vector<Attack> attacks_by_legs(HostileTest& test);
[[nodiscard]] std::vector<Attack> attacks_by_direct_swaps(HostileTest& test);
[[nodiscard]] std::vector<Attack> attacks_by_fees(HostileTest& test);
[[nodiscard]] std::vector<Attack> attacks_by_tips(HostileTest& test);
[[nodiscard]] std::vector<Attack> attacks_by_bytes(HostileTest& test);
[[nodiscard]] std::vector<Attack> attacks_by_nonces(HostileTest& test);
[[nodiscard]] std::vector<Attack> attacks_by_outflow(HostileTest& test);

// The same key but for one bit: a name that looks right.
[[nodiscard]] inline Pubkey look_alike(Pubkey key) {
    key.bytes[31] ^= 1;
    return key;
}

}  // namespace sniperforge::signer::test
