// SPDX-License-Identifier: MIT
// Swap API v2 of the simulated Jupiter, and instructions of v1: honest and hostile.
#include "support/data.hpp"
#include "unit/sim/jupiter_fixture.hpp"

namespace sniperforge::sim {
namespace {

class JupiterV2Test : public JupiterServerTest {
 protected:
    std::string target(std::string_view path, std::uint64_t lamports, std::string_view more = "") {
        return fmt::format("/swap/v2/{}?inputMint={}&outputMint={}&amount={}{}", path,
                           solana::kWrappedSolMint.to_string(), token_a.to_string(), lamports,
                           more);
    }
    std::string taker() { return "&taker=" + wallet.public_key().to_string(); }
    std::string order() {
        const auto response = get(target("order", kSol, taker() + "&priorityFeeLamports=4000"));
        EXPECT_EQ(response.status, 200) << response.body;
        return response.body;
    }
    net::HttpResponse execute(std::string_view id, const Bytes& wire) {
        return post("/swap/v2/execute",
                    fmt::format(R"({{"signedTransaction":"{}","requestId":"{}"}})",
                                base64_encode(wire), id));
    }
    solana::Instruction instruction(const simdjson::dom::element& json) {
        solana::Instruction made{Pubkey::parse(json["programId"].get_string().value()).value(),
                                 {},
                                 base64_decode(json["data"].get_string().value()).value()};
        for (const simdjson::dom::element account : json["accounts"].get_array()) {
            made.accounts.push_back({Pubkey::parse(account["pubkey"].get_string().value()).value(),
                                     account["isSigner"].get_bool().value(),
                                     account["isWritable"].get_bool().value()});
        }
        return made;
    }
    // What a client makes of an answer with instructions.
    std::vector<solana::Instruction> instructions(std::string_view text) {
        const auto json = parse(text);
        std::vector<solana::Instruction> list;
        for (const std::string_view name : {"computeBudgetInstructions", "setupInstructions"}) {
            for (const simdjson::dom::element each : json[name].get_array()) {
                list.push_back(instruction(each));
            }
        }
        list.push_back(instruction(json["swapInstruction"].value()));
        if (!json["cleanupInstruction"].value().is_null()) {
            list.push_back(instruction(json["cleanupInstruction"].value()));
        }
        for (const simdjson::dom::element each : json["otherInstructions"].get_array()) {
            list.push_back(instruction(each));
        }
        return list;
    }
    const Receipt* sign_and_land_all(const std::vector<solana::Instruction>& list,
                                     std::span<const solana::AddressLookupTable> tables = {}) {
        const auto message =
            solana::compile_message(wallet.public_key(), list, chain.latest_blockhash(1), tables);
        EXPECT_TRUE(message);
        const auto wire = solana::sign_transaction(*message, wallet);
        EXPECT_TRUE(wire);
        return land(*wire);
    }
    void attack_with(JupiterAttack attack) {
        server.hostile().set_faults({.attack_probability = 1, .attacks = {attack}});
    }

    static constexpr std::uint64_t kSol = kLamportsPerSol;
};

TEST_F(JupiterV2Test, ABuildIsAQuoteAndTheInstructionsThatPayIt) {
    const auto response = get(target("build", kSol, taker()));
    ASSERT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(amount(response.body, "outAmount"),
              amount(quote(solana::kWrappedSolMint, token_a, kSol), "outAmount"));
    const auto json = parse(response.body);
    for (const char* name : {"tipInstruction", "addressesByLookupTableAddress",
                             "blockhashWithMetadata", "otherInstructions"}) {
        EXPECT_EQ(json[name].error(), simdjson::SUCCESS) << name;
    }
    EXPECT_EQ(json["blockhashWithMetadata"]["blockhash"].get_array().value().size(), 32U);
    const std::uint64_t out = amount(response.body, "outAmount");
    const Receipt* receipt = sign_and_land_all(instructions(response.body));
    ASSERT_NE(receipt, nullptr);
    EXPECT_EQ(receipt->error_json, "null");
    EXPECT_EQ(tokens(ata(token_a)), out);
    const Bytes second{0xbb, 0x64, 0xfa, 0xcc, 0x31, 0xc4, 0xaf, 0x14};
    const auto swap = instruction(json["swapInstruction"].value());
    EXPECT_TRUE(std::equal(second.begin(), second.end(), swap.data.begin())) << "route_v2";
    EXPECT_EQ(get(target("build", kSol)).status, 400) << "without a taker";
    EXPECT_EQ(get(target("build", kSol, "&taker=x")).status, 400);
}

TEST_F(JupiterV2Test, AnOrderHasTheMembersOfARecordedOneAndIsSentByItsOwnSender) {
    SF_REQUIRE_DATA(data);
    const std::string text = order();
    const test::JsonFile recorded{data / "fixtures/http/jupiter_ultra_order_a.json"};
    for (const auto member : recorded.root()["body"].get_object()) {
        const std::string_view name = member.key;
        // For people, and of the older face.
        if (name != "taker" && name.find("UsdValue") == name.npos && name != "priceImpact") {
            EXPECT_EQ(parse(text)[name].error(), simdjson::SUCCESS) << name;
        }
    }
    const std::string id{parse(text)["requestId"].get_string().value()};
    const auto wire = base64_decode(parse(text)["transaction"].get_string().value()).value();
    const auto transaction = solana::parse_transaction(BytesView{wire});
    ASSERT_TRUE(transaction);
    const auto signed_wire = solana::sign_transaction(transaction->message_bytes, wallet);
    ASSERT_TRUE(signed_wire);
    const auto code = [&](const net::HttpResponse& response) {
        return parse(response.body)["code"].get_int64().value();
    };
    EXPECT_EQ(code(execute("sim-order-x", *signed_wire)), -1);
    EXPECT_EQ(code(execute(id, {})), -2);
    // Another blockhash is another message.
    solana::Message other = transaction->message;
    other.recent_blockhash = Hash::from(test_key(99).bytes);
    const auto changed = solana::sign_transaction(solana::serialize_message(other), wallet);
    EXPECT_EQ(code(execute(id, *changed)), -3);
    EXPECT_EQ(execute(id, *changed).status, 400);
    EXPECT_EQ(code(execute(id, *signed_wire)), -1'001) << "it is in no block yet";
    chain.advance_slot();  // Nobody but its own sender gave it to the chain.
    const Receipt* receipt =
        chain.receipt(solana::parse_transaction(*signed_wire)->transaction_id());
    ASSERT_NE(receipt, nullptr);
    EXPECT_EQ(receipt->error_json, "null");
    EXPECT_EQ(code(execute(id, *signed_wire)), 0);
    EXPECT_EQ(tokens(ata(token_a)), amount(text, "outAmount"));
}

// As the real one: its client holds the connection until it knows.
TEST_F(JupiterV2Test, ExecuteIsAnsweredOnceABlockHasTheOrderOrNoneCan) {
    std::vector<std::int64_t> codes;
    const auto serve = [&](std::string_view text, const Bytes& wire) {
        net::HttpRequest request;
        request.target = "/swap/v2/execute";
        request.body =
            fmt::format(R"({{"signedTransaction":"{}","requestId":"{}"}})", base64_encode(wire),
                        parse(text)["requestId"].get_string().value());
        server.serve(request, MonoTime{}, [&](net::HttpResponse response) {
            codes.push_back(parse(response.body)["code"].get_int64().value());
        });
    };
    const auto sign = [&](std::string_view text) {
        const auto wire = base64_decode(parse(text)["transaction"].get_string().value()).value();
        return solana::sign_transaction(*solana::message_bytes_of(wire), wallet).value();
    };
    const std::string first = order();
    const Bytes landing = sign(first);
    ASSERT_TRUE(chain.submit(landing, true)) << "a node has it already";
    serve(first, landing);
    server.end_slot();
    EXPECT_TRUE(codes.empty());
    chain.advance_slot();
    server.end_slot();
    ASSERT_EQ(codes, (std::vector<std::int64_t>{0}));
    serve(first, landing);
    EXPECT_EQ(codes, (std::vector<std::int64_t>{0, 0})) << "of what is known at once";
    // One that the price leaves behind.
    const std::string second = order();
    const Bytes late = sign(second);
    const auto other =
        post("/swap/v1/swap", swap_body(quote(solana::kWrappedSolMint, token_a, 5 * kSol)));
    ASSERT_EQ(sign_and_land(other.body)->error_json, "null");
    serve(second, late);
    chain.advance_slot();
    server.end_slot();
    EXPECT_EQ(codes, (std::vector<std::int64_t>{0, 0, -1'000}));
    server.end_slot();
    EXPECT_EQ(codes.size(), 3U);
}

TEST_F(JupiterV2Test, AnOrderWithoutATakerOrForMoreThanHeHasComesWithoutATransaction) {
    const auto open = get(target("order", kSol));
    EXPECT_TRUE(parse(open.body)["transaction"].value().is_null()) << open.body;
    const std::uint64_t all = lamports(wallet.public_key());
    const auto poor = get(target("order", all + 1, taker()));
    ASSERT_EQ(poor.status, 200) << poor.body;
    EXPECT_EQ(parse(poor.body)["transaction"].get_string().value(), "");
    EXPECT_EQ(parse(poor.body)["errorCode"].get_int64().value(), 1);
}

TEST_F(JupiterV2Test, HostileOrdersNameAStrangerAsPayerOrSigner) {
    const auto message = [&] {
        const auto wire = base64_decode(parse(order())["transaction"].get_string().value()).value();
        return solana::parse_transaction(BytesView{wire})->message;
    };
    attack_with(JupiterAttack::ForeignPayer);
    EXPECT_EQ(message().account_keys.front(), server.hostile().stranger());
    attack_with(JupiterAttack::ExtraSigner);
    EXPECT_EQ(message().header.num_required_signatures, 2);
}

TEST_F(JupiterV2Test, HostileInstructionsTakeWhatTheySay) {
    const Pubkey stranger = server.hostile().stranger();
    attack_with(JupiterAttack::SystemTransfer);
    const std::uint64_t before = lamports(stranger);
    const std::uint64_t half = lamports(wallet.public_key()) / 2;
    const auto built = get(target("build", kSol, taker()));
    EXPECT_EQ(sign_and_land_all(instructions(built.body))->error_json, "null");
    EXPECT_EQ(lamports(stranger) - before, half);
    const auto second = post("/swap/v1/swap-instructions",
                             swap_body(quote(solana::kWrappedSolMint, token_a, kSol / 10)));
    const std::uint64_t then = lamports(stranger);
    EXPECT_EQ(sign_and_land_all(instructions(second.body))->error_json, "null");
    EXPECT_GT(lamports(stranger), then);
    attack_with(JupiterAttack::ForeignPayer);
    const auto paid = instructions(get(target("build", kSol / 10, taker())).body);
    EXPECT_TRUE(std::ranges::any_of(paid, [&](const solana::Instruction& each) {
        return !each.accounts.empty() && each.accounts.front() == solana::writable_signer(stranger);
    }));
}

// The table of the chain pays the stranger where the list that came with the answer says us.
TEST_F(JupiterV2Test, AForgedListOfATablePaysTheStrangerWhomeverBelievesIt) {
    const auto honest = get(target("build", kSol, taker()));
    ASSERT_EQ(sign_and_land_all(instructions(honest.body))->error_json, "null");
    const std::uint64_t ours = tokens(ata(token_a));
    ASSERT_GT(ours, 0U);
    attack_with(JupiterAttack::HiddenInTable);
    const auto built = get(target("build", kSol, taker()));
    solana::AddressLookupTable believed;
    for (const auto& member :
         parse(built.body)["addressesByLookupTableAddress"].get_object().value()) {
        believed.key = Pubkey::parse(member.key).value();
        for (const simdjson::dom::element address : member.value.get_array()) {
            believed.addresses.push_back(Pubkey::parse(address.get_string().value()).value());
        }
    }
    ASSERT_EQ(believed.addresses.size(), 2U);
    EXPECT_EQ(believed.addresses[0], ata(token_a));
    auto list = instructions(built.body);
    EXPECT_TRUE(std::ranges::none_of(list, [&](const solana::Instruction& each) {
        return std::ranges::any_of(each.accounts, [&](const solana::AccountMeta& meta) {
            return meta.pubkey == solana::associated_token_address(server.hostile().stranger(),
                                                                   token_a, solana::kTokenProgram);
        });
    })) << "the instructions are honest";
    const Pubkey theirs = solana::associated_token_address(server.hostile().stranger(), token_a,
                                                           solana::kTokenProgram);
    // The account to create is looked up too, and the stranger's is not where ours would be.
    EXPECT_NE(sign_and_land_all(list, {&believed, 1})->error_json, "null");
    EXPECT_EQ(tokens(theirs), 0U);
    // Whoever has the account already leaves that out.
    ASSERT_EQ(std::erase_if(list,
                            [&](const solana::Instruction& each) {
                                return each.program_id == solana::kAssociatedTokenProgram &&
                                       each.accounts.at(1).pubkey == ata(token_a);
                            }),
              1U);
    EXPECT_EQ(sign_and_land_all(list, {&believed, 1})->error_json, "null");
    EXPECT_GT(tokens(theirs), 0U);
    EXPECT_EQ(tokens(ata(token_a)), ours);
    EXPECT_EQ(sign_and_land_all(list)->error_json, "null");
    EXPECT_GT(tokens(ata(token_a)), ours) << "without the list it is a purchase like any other";
}

}  // namespace
}  // namespace sniperforge::sim
