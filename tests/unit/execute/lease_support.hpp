// SPDX-License-Identifier: MIT
// The executor with nonces of the wallet that a scripted node tells of, and a lane where one is
// used.
#pragma once

#include <list>

#include "sniperforge/signer/own_nonces.hpp"
#include "sniperforge/solana/nonce_account.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "unit/execute/laned_executor.hpp"

namespace sniperforge::execute::test {

class LeaseTest : public LanedExecutorTest {
 protected:
    LeaseTest() {
        answers["getMultipleAccounts"] = [this](const RpcRequest& request) {
            EXPECT_NE(request.params.find("finalized"), std::string::npos);
            std::string list;
            for (std::size_t i = 0; i < signer::kNoncesMax; ++i) {
                const bool is_there = i < values.size();
                list += (i == 0 ? "" : ",") +
                        (is_there ? test::account_json(1'447'680, nonce_data(values[i]),
                                                       solana::kSystemProgram)
                                  : std::string{"null"});
            }
            return result_of(request, fmt::format(R"({{"context":{{"slot":{}}},"value":[{}]}})",
                                                  slot_of_nonces, list));
        };
        begin(1);
    }
    void begin(std::uint32_t nonces) {
        settings.path = "direct";
        settings.nonce_orders = nonces;
        make_executor();
        executor->start();
        run(seconds{1});
    }
    [[nodiscard]] Bytes nonce_data(const Hash& value) const {
        return solana::encode_nonce_account({wallet(), value, Lamports{5'000}});
    }
    [[nodiscard]] Pubkey nonce(std::uint8_t number = 0) const {
        return signer::nonce_address(wallet(), number);
    }
    [[nodiscard]] static Hash value_of(std::uint8_t number) {
        return Hash::from(Bytes(32, number));
    }
    [[nodiscard]] std::vector<Pubkey> due() {
        return executor->take_nonces_due(reactor.now(), false);
    }

    [[nodiscard]] OrderIntent advance_intent(std::uint64_t id, const Pubkey& account) const {
        OrderIntent intent;
        intent.intent_id = IntentId{id};
        intent.strategy = StrategyId::Housekeeping;
        intent.kind = OrderKind::Sweep;
        intent.mint_in = intent.pool_id = account;
        intent.mint_out = kSol;
        intent.spend_max = executor->nonce_advance_cost();
        return intent;
    }
    [[nodiscard]] OrderIntent sale(std::uint64_t id) const {
        OrderIntent intent = exit_intent(id);
        intent.amount_in = TokenAmount{10'000'000'000};
        return intent;
    }
    // Ours pays its fee and nothing else.
    [[nodiscard]] std::string paid(std::uint64_t slot, std::string_view error = "null") const {
        return fmt::format(
            R"({{"meta":{{"err":{},"fee":5020,"postBalances":[999994980],"postTokenBalances":[],)"
            R"("preBalances":[1000000000],"preTokenBalances":[]}},"slot":{},"transaction":{{)"
            R"("message":{{"accountKeys":["{}"]}},"signatures":["x"]}}}})",
            error, slot, wallet().to_string());
    }
    void finalize_at(std::uint64_t slot, std::string_view error = "null") {
        statuses = fmt::format(
            R"({{"confirmationStatus":"finalized","confirmations":null,"err":null,"slot":{}}})",
            slot);
        transaction = paid(slot, error);
        run(seconds{3});
        statuses = transaction = "null";
    }
    // Advances the nonce, in finalized slot `slot`, and lets its new value be read.
    void renew(std::uint8_t number, std::uint8_t value, std::uint64_t slot) {
        submit(advance_intent(1'000 + slot, nonce(number)));
        slot_of_nonces = slot;
        slot_finalized = std::max(slot_finalized, slot);
        values.at(number) = value_of(value);
        finalize_at(slot);
        run(seconds{3});
    }
    [[nodiscard]] solana::Message sent_last() {
        wires.push_back(wire_of(sends().back()));
        const auto parsed = solana::parse_transaction(wires.back());
        EXPECT_TRUE(parsed);
        return parsed ? parsed->message : solana::Message{};
    }
    [[nodiscard]] static bool is_advance(const solana::Message& message, const Pubkey& account) {
        const auto& first = message.instructions.front();
        return message.program_id(first) == solana::kSystemProgram &&
               std::holds_alternative<solana::system_instruction::AdvanceNonceAccount>(
                   solana::decode_system_instruction(first.data)) &&
               message.account_keys[first.account_indexes[0]] == account;
    }
    // An entry that is out on the nonce with value 2, read in slot 100.
    void send_on_nonce(std::uint64_t id = 1) {
        renew(0, 2, 100);
        submit(entry_intent(id));
        run(milliseconds{50});
        ASSERT_EQ(events.leases.size(), 1U);
    }
    void let_slots_pass(std::uint64_t to) {
        rpc.note_slot("node", Slot{to});
        run(milliseconds{100});
    }
    [[nodiscard]] const ExecutionReport& last() const { return events.reports.back(); }

    std::list<Bytes> wires;  // That parsed messages refer to.
    std::vector<Hash> values{value_of(1)};
    std::uint64_t slot_of_nonces = 50;
};

}  // namespace sniperforge::execute::test
