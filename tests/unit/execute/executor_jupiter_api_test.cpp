// SPDX-License-Identifier: MIT
// What becomes of Jupiter's instructions, and what is signed of none of its answers.
#include "sniperforge/solana/compute_budget.hpp"
#include "unit/execute/jupiter_api_support.hpp"

namespace sniperforge::execute::test {
namespace {

// ---- Instructions ----

TEST_F(JupiterApiTest, MakesTheMessageOfInstructionsItselfWithItsOwnFeeAndBlockhash) {
    for (const std::string_view api : {"v1_instructions", "v2_build"}) {
        SCOPED_TRACE(api);
        events = {};
        node.requests.clear();
        jupiter_requests.clear();
        // What Jupiter would have us pay does not matter.
        proposed[1] = solana::set_compute_unit_price(ComputeUnitPrice{5'000'000'000});
        ask(api);
        submit(entry_intent(++orders));
        run(milliseconds{50});
        ASSERT_EQ(sends().size(), 1U) << only().error;
        Bytes wire;
        const solana::Message message = message_of(sends().front(), wire);
        EXPECT_EQ(message.recent_blockhash, blockhash);
        ASSERT_EQ(message.instructions.size(), proposed.size());
        Instructions ours = entry();
        for (std::size_t i = 0; i < ours.size(); ++i) {
            EXPECT_EQ(message.program_id(message.instructions[i]), ours[i].program_id) << i;
            EXPECT_TRUE(std::ranges::equal(message.instructions[i].data, ours[i].data)) << i;
        }
        EXPECT_EQ(events.signatures.at(0).last_valid_height, BlockHeight{kLastValidHeight});
        EXPECT_EQ(events.asked_jupiter, std::vector{true});
        blockhash = Hash::from(key_of(300 + orders).bytes);  // No two are the same bytes.
    }
}

TEST_F(JupiterApiTest, AsksOnceForABuildAndTwiceForInstructions) {
    ask("v2_build");
    submit(entry_intent(1));
    run(milliseconds{50});
    ASSERT_EQ(jupiter_requests.size(), 1U);
    EXPECT_TRUE(target(0).starts_with("/swap/v2/build?inputMint=" + kSol.to_string())) << target(0);
    for (const std::string& part :
         {"&outputMint=" + kToken.to_string(), fmt::format("&amount={}", kAmount),
          std::string{"&slippageBps=500"}, "&taker=" + wallet().to_string(),
          std::string{"&maxAccounts=64"}}) {
        EXPECT_NE(target(0).find(part), std::string::npos) << part;
    }
    jupiter_requests.clear();
    blockhash = Hash::from(key_of(300).bytes);
    ask("v1_instructions");
    submit(entry_intent(2));
    run(milliseconds{50});
    ASSERT_EQ(jupiter_requests.size(), 2U);
    EXPECT_TRUE(target(0).starts_with("/swap/v1/quote?"));
    EXPECT_EQ(target(1), "/swap/v1/swap-instructions");
    EXPECT_NE(jupiter_requests[1].body.find(R"("useSharedAccounts":false)"), std::string::npos);
}

TEST_F(JupiterApiTest, ClosesTheEmptiedAccountBehindInstructionsToo) {
    quote = [this] { return quote_of(100'000'000, 90'000'000, 10'000, kToken, kSol); };
    proposed = exit();
    proposed.pop_back();
    parts = {.setup = 2, .swap = 3};
    ask("v2_build");
    submit(exit_intent(), {.is_token_account_emptied = true});
    run(milliseconds{50});
    ASSERT_EQ(sends().size(), 1U) << only().error;
    Bytes wire;
    const solana::Message message = message_of(sends().front(), wire);
    ASSERT_EQ(message.instructions.size(), proposed.size() + 1);
    EXPECT_EQ(message.instructions.back().data[0], 9);  // CloseAccount.
}

TEST_F(JupiterApiTest, TipsALaneBehindInstructionsAndNotInAnOrder) {
    use_lane();
    for (const std::string_view api : {"v1_instructions", "v2_build", "v2_order"}) {
        SCOPED_TRACE(api);
        const bool is_order = api == "v2_order";
        events = {};
        node.requests.clear();
        lane.requests.clear();
        ask(api);
        SubmitHints hints;
        hints.offer = executor->offer(first_pool);
        ASSERT_EQ(hints.offer->tip, Lamports{10'000});
        OrderIntent intent = entry_intent(++orders);
        intent.spend_max += hints.offer->tip;
        submit(intent, hints);
        run(milliseconds{50});
        ASSERT_EQ(sends().size(), 1U) << only().error;
        EXPECT_EQ(lane.requests.size(), is_order ? 0U : 1U);
        Bytes wire;
        const solana::Message message = message_of(sends().front(), wire);
        EXPECT_EQ(message.instructions.size(), entry().size() + (is_order ? 0 : 1));
        const bool is_tipped =
            std::ranges::count(message.account_keys, lane_test::kTipAccount) == 1;
        EXPECT_EQ(is_tipped, !is_order);
        if (!is_order) {
            EXPECT_NE(lane.requests[0].body.find(base64_encode(wire)), std::string::npos);
        }
        blockhash = Hash::from(key_of(300 + orders).bytes);
    }
}

// Version 1 has room for all and no tables.
TEST_F(JupiterApiTest, MakesAMessageOfVersion1WhereTheSettingsWantIt) {
    settings.transaction_version = "v1";
    for (std::uint64_t i = 0; i < 24; ++i) {
        proposed[6].accounts.push_back(solana::writable(key_of(1'000 + i)));
    }
    keyed = fmt::format(R"("{}":[])", key_of(200).to_string());
    ask("v2_build");
    submit(entry_intent(1));
    run(milliseconds{50});
    ASSERT_EQ(sends().size(), 1U) << only().error;
    EXPECT_EQ(node.calls_of("getMultipleAccounts"), 0U);
    Bytes wire;
    const solana::Message message = message_of(sends().front(), wire);
    EXPECT_EQ(message.version, solana::MessageVersion::V1);
    EXPECT_EQ(message.config.priority_fee, Lamports{4'000});
    EXPECT_EQ(message.instructions.size(), entry().size() - 2) << "its budget is in the head";
}

// Their accounts are named in full: a table is read where the message does not fit without one, and
// what the answer says is in it counts for nothing.
TEST_F(JupiterApiTest, ReadsATableFromOurNodeOnlyWhereTheMessageIsTooLong) {
    const auto serve = [this](const std::vector<Pubkey>& addresses) {
        solana::LookupTableAccount table;
        table.addresses = addresses;
        answers["getMultipleAccounts"] =
            [data = solana::encode_lookup_table(table)](const RpcRequest& request) {
                return result_of(
                    request, fmt::format(R"({{"context":{{"slot":9}},"value":[{}]}})",
                                         sniperforge::test::account_json(
                                             1'000'000, data, solana::kAddressLookupTableProgram)));
            };
    };
    std::vector<Pubkey> many;
    for (std::uint64_t i = 0; i < 24; ++i) {
        many.push_back(key_of(1'000 + i));
    }
    // The list says that our account is at its first place; on the chain a stranger's is.
    std::vector<Pubkey> held = many;
    held.insert(held.begin(), key_of(666));
    serve(held);
    const std::string name = key_of(200).to_string();
    const std::string forged = fmt::format(R"("{}":["{}"])", name, own(kToken).to_string());
    for (const std::string_view api : {"v1_instructions", "v2_build"}) {
        SCOPED_TRACE(api);
        events = {};
        proposed = entry();
        tables = fmt::format(R"("{}")", name);
        keyed = forged;
        node.requests.clear();
        ask(api);
        submit(entry_intent(++orders));
        run(milliseconds{50});
        EXPECT_EQ(sends().size(), 1U) << only().error;
        EXPECT_EQ(node.calls_of("getMultipleAccounts"), 0U);
        for (const Pubkey& key : many) {
            proposed[6].accounts.push_back(solana::writable(key));
        }
        submit(entry_intent(++orders));
        run(milliseconds{50});
        ASSERT_EQ(sends().size(), 2U) << only().error;
        Bytes wire;
        const solana::Message message = message_of(sends()[1], wire);
        ASSERT_EQ(message.address_table_lookups.size(), 1U);
        EXPECT_EQ(message.address_table_lookups[0].writable_indexes.size(), many.size());
        EXPECT_EQ(std::ranges::count(message.account_keys, own(kToken)), 1);
        blockhash = Hash::from(key_of(300 + orders).bytes);
    }
    // A table that is none is no way out.
    answers.clear();
    answers["getMultipleAccounts"] = [](const RpcRequest& request) {
        return result_of(request, R"({"context":{"slot":9},"value":[null]})");
    };
    events = {};
    node.requests.clear();
    keyed = fmt::format(R"("{}":[])", key_of(201).to_string());
    expect_refused("v2_build", "is not a lookup table");
}

struct Drain {
    std::string_view name;
    std::function<void(Instructions&)> change;
    std::string_view refusal;
};

// Every answer that holds instructions or a message, with everything that it could add.
TEST_F(JupiterApiTest, SignsNothingThatTakesMoreThanTheOrder) {
    const Pubkey stranger = key_of(666);
    const Drain drains[] = {
        {"a transfer of lamports",
         [&](Instructions& list) {
             list.push_back(solana::system_transfer({wallet(), stranger, Lamports{1}}));
         },
         "instruction 8: 1 lamports go to"},
        {"a transfer of tokens",
         [&](Instructions& list) {
             list.push_back(solana::token_transfer({.source = own(kToken),
                                                    .destination = stranger,
                                                    .authority = wallet(),
                                                    .amount = TokenAmount{1}}));
         },
         "instruction 8: a token instruction other than"},
        {"an approval",
         [&](Instructions& list) {
             list.push_back(solana::token_approve({.source = own(kToken),
                                                   .delegate = stranger,
                                                   .owner = wallet(),
                                                   .amount = TokenAmount{1}}));
         },
         "instruction 8: a token instruction other than"},
        {"an unwrapping to somebody else",
         [&](Instructions& list) {
             list[7] = solana::token_close_account({own(kSol), stranger, wallet()});
         },
         "instruction 7: closes a token account to an address that is not our wallet"},
        {"another destination",
         [&](Instructions& list) {
             auto route = entry_route();
             route.destination = stranger;
             list[6] = route.instruction();
         },
         "instruction 6: pays out to"},
        {"more spent than the order's",
         [&](Instructions& list) {
             auto route = entry_route();
             route.amount_in = kAmount + 1;
             list[6] = route.instruction();
         },
         "instruction 6: may spend"},
        {"a lower floor",
         [&](Instructions& list) {
             auto route = entry_route();
             route.quoted_out = 9'999;
             list[6] = route.instruction();
         },
         "instruction 6: guarantees 9499 < 9500"},
        {"a second signer",
         [&](Instructions& list) {
             list.push_back(solana::system_transfer({stranger, wallet(), Lamports{1}}));
         },
         "2 signatures are required"},
        {"an account at a stranger's expense",
         [&](Instructions& list) { list[5].accounts[0] = solana::writable_signer(stranger); },
         "2 signatures are required"},
        {"a program that nobody knows",
         [&](Instructions& list) {
             list.push_back({key_of(77), {solana::writable_signer(wallet())}, {1}});
         },
         "instruction 8: program"},
    };
    for (const Drain& drain : drains) {
        SCOPED_TRACE(drain.name);
        proposed = entry();
        drain.change(proposed);
        order = [this] { return order_of(compile(proposed), kLastValidHeight); };
        for (const std::string_view api : {"v1_instructions", "v2_build", "v2_order"}) {
            expect_refused(api, drain.refusal);
            EXPECT_EQ(executor->statistics().policy_refused, 1U);
        }
    }
    proposed = entry();
    tip = json_of(solana::system_transfer({wallet(), stranger, Lamports{1'000}}));
    expect_refused("v2_build", "instruction 8: 1000 lamports go to");
}

TEST_F(JupiterApiTest, RefusesQuotesForAnotherOrderAndBelowTheFloorInEveryWay) {
    for (const std::string_view api : {"v1_instructions", "v2_build", "v2_order"}) {
        quote = [this] { return quote_of(10'000, kTokensMin, kAmount + 1); };
        expect_refused(api, "for another order");
        EXPECT_EQ(only().failure, FailureClass::QuoteDivergence);
        quote = [this] { return quote_of(10'000, kTokensMin - 1); };
        expect_refused(api, "the order's floor is 9500");
        EXPECT_EQ(only().failure, FailureClass::None);
        EXPECT_EQ(executor->statistics().policy_refused, 0U);
        quote = [this] { return quote_of(10'000, kTokensMin); };
    }
}

}  // namespace
}  // namespace sniperforge::execute::test
