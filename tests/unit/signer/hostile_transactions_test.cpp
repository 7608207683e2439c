// SPDX-License-Identifier: MIT
// Every attack that we know of, on every kind of order in every form: all refused, with the
// instruction and the reason. What an attack starts from is signed, so that it is the attack that
// is refused. It prints the table.
#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <iterator>

#include "support/data.hpp"
#include "unit/signer/hostile_support.hpp"

namespace sniperforge::signer {

namespace test {

Draft HostileTest::honest(OrderKind kind, Form form, bool is_direct) {
    Draft draft;
    draft.kind = kind;
    draft.form = form;
    draft.is_direct = is_direct;
    draft.payer = wallet();
    switch (kind) {
        case OrderKind::Entry:
            draft.policy = entry_policy();
            draft.route = entry_route();
            draft.instructions = entry();
            break;
        case OrderKind::Exit:
            draft.policy = exit_policy();
            draft.route = exit_route();
            draft.instructions = exit();
            break;
        case OrderKind::Cycle:
            draft.policy = cycle_policy();
            draft.instructions = cycle();
            break;
        case OrderKind::Sweep:
            SF_ASSERT(false);  // Has its own form, and its attacks in policy_sweep_test.cpp.
            break;
    }
    if (is_direct) {
        const PoolSwap swap = direct_swap(kind);
        draft.replace(draft.at(solana::kJupiterV6Program),
                      kind == OrderKind::Entry ? swap.amm_v4() : swap.cpmm());
    }
    if (form == Form::V1) {
        draft.instructions.erase(draft.instructions.begin(), draft.instructions.begin() + 2);
        draft.config = {.priority_fee = kPriority,
                        .compute_unit_limit = ComputeUnits{200'000},
                        .loaded_accounts_data_size_limit = 1'000'000};
    }
    if (form == Form::Tables) {
        draft.claimed = {
            {key_of(200), {own(kSol), own(kToken), kSol, kToken, key_of(72), kJupiterEvents}},
            {key_of(201), {key_of(80), key_of(90), solana::kSystemProgram}}};
        draft.read = draft.claimed;
    }
    return draft;
}

Bytes HostileTest::message_of(const Draft& draft) const {
    Result<Bytes> made = fail("no form");
    switch (draft.form) {
        case Form::Legacy:
            made = solana::compile_legacy_message(draft.payer, draft.instructions, kBlockhash);
            break;
        case Form::V0:
        case Form::Tables:
            made =
                solana::compile_message(draft.payer, draft.instructions, kBlockhash, draft.claimed);
            break;
        case Form::V1:
            made = solana::compile_message_v1(draft.payer, draft.instructions, kBlockhash,
                                              draft.config);
            break;
    }
    EXPECT_TRUE(made) << made.error().text;
    Bytes message = made.value_or(Bytes{});
    if (draft.change_message) {
        draft.change_message(message);
    }
    return message;
}

std::optional<Refusal> HostileTest::judge(const Draft& draft) {
    const auto checked = signer.check(message_of(draft), draft.policy, draft.read);
    return checked ? std::nullopt : std::optional{checked.error()};
}

}  // namespace test

namespace {

using namespace test;

class HostileTransactions : public HostileTest {
 protected:
    [[nodiscard]] std::vector<Attack> every_attack() {
        std::vector<Attack> attacks;
        for (const auto& some :
             {attacks_on_the_wallet(*this), attacks_on_token_accounts(*this),
              attacks_by_routes(*this), attacks_by_second_routes(*this), attacks_by_held_sol(*this),
              attacks_by_steps(*this), attacks_by_legs(*this), attacks_by_direct_swaps(*this),
              attacks_by_fees(*this), attacks_by_tips(*this), attacks_by_bytes(*this),
              attacks_by_nonces(*this), attacks_by_outflow(*this)}) {
            attacks.insert(attacks.end(), some.begin(), some.end());
        }
        return attacks;
    }
};

constexpr std::size_t kAttacks = 162 + 13 + 80 + 16 + 14 + 13;  // None is lost unnoticed.

std::string name_of(OrderKind kind, Form form, bool is_direct) {
    constexpr const char* kNames[] = {"legacy", "v0", "v0 with tables", "v1"};
    return fmt::format("{}{}, {}", is_direct ? "direct " : "", to_string(kind),
                       kNames[static_cast<std::size_t>(form)]);
}

// A cycle is never of Jupiter; it is listed once.
std::vector<bool> ways_of(const Where& where, OrderKind kind) {
    std::vector<bool> ways;
    if (where.is_through_jupiter || kind == OrderKind::Cycle) {
        ways.push_back(false);
    }
    if (where.is_direct && kind != OrderKind::Cycle) {
        ways.push_back(true);
    }
    return ways;
}

TEST_F(HostileTransactions, AreRefusedWithTheInstructionAndTheReason) {
    (void)own_other();  // An account that we have had to do with before.
    const auto attacks = every_attack();
    EXPECT_EQ(attacks.size(), kAttacks);
    std::size_t transactions = 0;
    std::cout << "attack | refused | instruction | reason\n";
    for (const Attack& attack : attacks) {
        std::optional<Refusal> shown;
        bool is_refused = true;
        const auto attempt = [&](OrderKind kind, Form form, bool is_direct) {
            SCOPED_TRACE(attack.name + " (" + name_of(kind, form, is_direct) + ")");
            Draft draft = honest(kind, form, is_direct);
            const auto before = judge(draft);
            ASSERT_FALSE(before) << "the honest one: " << before->text();
            const auto instruction = attack.change(draft);
            const auto refusal = judge(draft);
            ++transactions;
            if (!refusal) {
                ADD_FAILURE() << "would have been signed";
                is_refused = false;
                return;
            }
            EXPECT_EQ(refusal->instruction, instruction) << refusal->text();
            EXPECT_NE(refusal->reason.find(attack.reason), std::string::npos)
                << refusal->text() << ", expected " << attack.reason;
            shown = shown ? shown : refusal;
        };
        for (const OrderKind kind : attack.where.kinds) {
            for (const Form form : attack.where.forms) {
                for (const bool is_direct : ways_of(attack.where, kind)) {
                    attempt(kind, form, is_direct);
                }
            }
        }
        std::cout << fmt::format(
            "{} | {} | {} | {}\n", attack.name, is_refused ? "yes" : "NO",
            shown && shown->instruction ? fmt::format("{}", *shown->instruction) : "-",
            shown ? shown->reason : "");
    }
    std::cout << fmt::format("{} attacks, {} transactions\n", attacks.size(), transactions);
}

// Nothing of an attack is left in the signer: the same object signs the honest order afterwards.
TEST_F(HostileTransactions, LeaveNothingBehindThatWouldLetThemThroughLater) {
    for (const Attack& attack : every_attack()) {
        const OrderKind kind = attack.where.kinds.front();
        Draft draft = honest(kind, attack.where.forms.front(), ways_of(attack.where, kind).front());
        (void)attack.change(draft);
        EXPECT_TRUE(judge(draft)) << attack.name;
        EXPECT_FALSE(judge(honest(draft.kind, draft.form, draft.is_direct))) << attack.name;
        EXPECT_TRUE(judge(draft)) << attack.name;
    }
}

// What fuzz_policy_signer begins with: an input for each kind of order in each form.
TEST_F(HostileTransactions, StartFromTheSameOrdersAsTheFuzzer) {
    const auto corpus = sniperforge::test::source_dir() / "tests/fuzz/corpus/policy_signer";
    constexpr const char* kNames[] = {"legacy", "v0", "v0_tables", "v1"};
    for (const OrderKind kind : kKinds) {
        for (const Form form : kForms) {
            const auto file = corpus / fmt::format("{}_{}", to_string(kind),
                                                   kNames[static_cast<std::size_t>(form)]);
            std::ifstream in{file, std::ios::binary};
            const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
            const Bytes message = message_of(honest(kind, form));
            EXPECT_EQ(Bytes(bytes.begin(), bytes.end()), message) << file;
        }
    }
}

}  // namespace
}  // namespace sniperforge::signer
