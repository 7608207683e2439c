// SPDX-License-Identifier: MIT
#include "sniperforge/execute/jupiter.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "execute/jupiter_message.hpp"
#include "sniperforge/core/base64.hpp"
#include "sniperforge/net/virtual_reactor.hpp"
#include "sniperforge/solana/message.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "support/data.hpp"
#include "unit/signer/policy_support.hpp"

namespace sniperforge::execute {
namespace {

using signer::test::kBlockhash;
using signer::test::key_of;
using signer::test::PolicyTest;

constexpr std::string_view kQuote =
    R"({"inputMint":"So11111111111111111111111111111111111111112","inAmount":"100000000",)"
    R"("outputMint":"EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v","outAmount":"16198753",)"
    R"("otherAmountThreshold":"16117760","routePlan":[]})";

[[nodiscard]] std::string body_of(const std::filesystem::path& path) {
    const sniperforge::test::JsonFile file{path};
    return simdjson::minify(simdjson::dom::element{file.root()["body"]});
}

// The quote with one text in it replaced.
[[nodiscard]] std::string replaced(std::string_view from, std::string_view to) {
    std::string text{kQuote};
    const auto at = text.find(from);
    SF_ASSERT(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

TEST(JupiterQuote, ReadsARecordedQuoteAndKeepsItVerbatim) {
    SF_REQUIRE_DATA(data);
    const std::string body = body_of(data / "fixtures/http/jupiter_v1_quote.json");
    const auto quote = parse_quote(body);
    ASSERT_TRUE(quote) << quote.error().text;
    EXPECT_EQ(quote->mint_in, solana::kWrappedSolMint);
    EXPECT_EQ(quote->mint_out, solana::kUsdcMint);
    EXPECT_EQ(quote->amount_in, TokenAmount{100'000'000});
    EXPECT_EQ(quote->amount_out, TokenAmount{16'198'753});
    EXPECT_EQ(quote->amount_out_min, TokenAmount{16'117'760});
    EXPECT_EQ(quote->body, body);
}

TEST(JupiterQuote, RefusesWhateverIsNotAQuote) {
    ASSERT_TRUE(parse_quote(std::string{kQuote}));
    const std::string bad[] = {
        "",
        "null",
        "[]",
        "17",
        "\"text\"",
        "{}",
        "{\"inputMint\":",
        R"({"error":"no route","errorCode":"NO_ROUTES_FOUND"})",
        replaced("\"inAmount\":\"100000000\"", "\"inAmount\":100000000"),
        replaced("\"100000000\"", "\"-1\""),
        replaced("\"100000000\"", "\"1e8\""),
        replaced("\"100000000\"", "\"1.5\""),
        replaced("\"100000000\"", "\"\""),
        replaced("\"16198753\"", "\"18446744073709551616\""),
        replaced("\"otherAmountThreshold\":\"16117760\",", ""),
        replaced("So1111", "So111O"),
        replaced("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v", "abc"),
        std::string{kQuote} + "x",
    };
    for (const std::string& body : bad) {
        const auto quote = parse_quote(body);
        EXPECT_FALSE(quote) << body;
        if (!quote) {
            EXPECT_NE(quote.error().text.find("Jupiter quote"), std::string::npos)
                << quote.error().text;
        }
    }
    EXPECT_TRUE(parse_quote(replaced("\"16198753\"", "\"18446744073709551615\"")));
}

TEST(JupiterQuote, ShowsOnlyAPrintableExcerptOfAnUnreadableBody) {
    const auto quote = parse_quote("\x01\x1b[31m" + std::string(100'000, 'x'));
    ASSERT_FALSE(quote);
    EXPECT_LT(quote.error().text.size(), 400U);
    EXPECT_EQ(quote.error().text.find('\x1b'), std::string::npos);
}

TEST(JupiterSwap, ReadsARecordedTransaction) {
    SF_REQUIRE_DATA(data);
    const std::string body = body_of(data / "fixtures/http/jupiter_swap_hummingbot.json");
    const auto message = parse_swap(body);
    ASSERT_TRUE(message) << message.error().text;
    EXPECT_EQ(message->front(), 0x80);  // v0.
    // The recording was cut: it holds fewer keys than it counts. Whoever reads on must refuse it.
    EXPECT_FALSE(lookup_tables_of(*message));
}

TEST(JupiterSwap, FindsTheMessageInFrontOfItsSignaturesFromVersion1On) {
    Bytes wire(3 + 64, 0);
    wire[0] = 0x81;
    wire[1] = 1;  // Signature, behind the message.
    const auto message =
        parse_swap(fmt::format(R"({{"swapTransaction":"{}"}})", base64_encode(wire)));
    ASSERT_TRUE(message) << message.error().text;
    EXPECT_EQ(*message, (Bytes{0x81, 1, 0}));
}

// What it names is looked up at our nodes before it is signed: how much that can be has a bound.
TEST(JupiterSwap, RefusesATransactionThatIsLargerThanTheChainTakes) {
    const auto swap_of = [](const Bytes& wire) {
        return parse_swap(fmt::format(R"({{"swapTransaction":"{}"}})", base64_encode(wire)));
    };
    for (const auto& [version, bytes_max] : {std::pair{0x80, 1'232U}, std::pair{0x81, 4'096U}}) {
        Bytes wire(bytes_max, 0);
        const bool is_v1 = version == 0x81;
        wire[0] = is_v1 ? 0x81 : 1;  // Version 1 begins with the message, others with the count.
        wire[is_v1 ? 1 : 65] = is_v1 ? 1 : 0x80;
        EXPECT_TRUE(swap_of(wire)) << bytes_max;
        wire.insert(wire.end() - 64, 0);
        const auto larger = swap_of(wire);
        ASSERT_FALSE(larger) << bytes_max;
        EXPECT_NE(larger.error().text.find(
                      fmt::format("{} bytes is larger than the {}", bytes_max + 1, bytes_max)),
                  std::string::npos)
            << larger.error().text;
    }
}

TEST(JupiterSwap, RefusesWhateverHoldsNoTransaction) {
    const auto with = [](std::string_view transaction, std::string_view more = "") {
        return fmt::format(R"({{"swapTransaction":"{}"{}}})", transaction, more);
    };
    const std::string empty_slots = base64_encode(Bytes(65, 0));  // Count 0.
    EXPECT_TRUE(parse_swap(with(empty_slots)));
    Bytes one(65 + 3, 0);
    one[0] = 1;
    const auto message = parse_swap(with(base64_encode(one)));
    ASSERT_TRUE(message);
    EXPECT_EQ(message->size(), 3U);
    const std::string bad[] = {
        "",
        "[]",
        "{}",
        R"({"swapTransaction":null})",
        R"({"swapTransaction":5})",
        with("not base64!"),
        with(""),
        with(base64_encode(Bytes{1, 2, 3})),              // One signature, two bytes.
        with(base64_encode(Bytes{0xff, 0xff, 0xff})),     // A count that does not end.
        with(base64_encode(Bytes{0xff, 0xff, 0x03, 0})),  // 65,535 signatures.
        with(empty_slots, R"(,"simulationError":{"errorCode":"X","error":"would fail"})"),
    };
    for (const std::string& body : bad) {
        EXPECT_FALSE(parse_swap(body)) << body;
    }
    EXPECT_TRUE(parse_swap(with(empty_slots, R"(,"simulationError":null)")));
}

// ---- The message made ours ----

using JupiterMessageTest = PolicyTest;

TEST_F(JupiterMessageTest, PutsOurBlockhashInAndChangesNothingElse) {
    const Bytes theirs = compile(entry());
    const Hash ours = Hash::from(key_of(31).bytes);
    const auto adopted = adopt_message(theirs, ours, {}, std::nullopt);
    ASSERT_TRUE(adopted) << adopted.error().text;
    auto expected = solana::parse_message(theirs);
    ASSERT_TRUE(expected);
    expected->recent_blockhash = ours;
    EXPECT_EQ(*adopted, solana::serialize_message(*expected));
    EXPECT_NE(*adopted, theirs);
}

TEST_F(JupiterMessageTest, AppendsAnInstructionThatTheSignerStillAccepts) {
    signer::test::Instructions instructions = exit();
    const solana::Instruction close = instructions.back();
    instructions.pop_back();
    const auto adopted = adopt_message(compile(instructions), kBlockhash, {}, close);
    ASSERT_TRUE(adopted) << adopted.error().text;
    EXPECT_EQ(refusal(*adopted, exit_policy()), "");
    const auto parsed = solana::parse_message(*adopted);
    ASSERT_TRUE(parsed);
    ASSERT_EQ(parsed->instructions.size(), 6U);
    EXPECT_EQ(parsed->program_id(parsed->instructions[5]), solana::kTokenProgram);
    EXPECT_EQ(parsed->instructions[5].data[0], 9);  // CloseAccount.
}

TEST_F(JupiterMessageTest, LeavesTheAppendixOutWhenItDoesNotFit) {
    signer::test::Instructions instructions = exit();
    const solana::Instruction close = instructions.back();
    instructions.pop_back();
    // Route accounts up to the last byte that a transaction holds without the appendix: its five
    // bytes (program, three accounts counted, one byte of data) need more than are left.
    Bytes theirs;
    for (std::uint64_t i = 0;; ++i) {
        instructions[3].accounts.push_back(solana::writable(key_of(1'000 + i)));
        const auto message = solana::compile_message(wallet(), instructions, kBlockhash);
        if (!message) {
            instructions[3].accounts.pop_back();
            break;
        }
        theirs = *message;
    }
    while (true) {  // The same account again costs one byte.
        instructions[3].accounts.push_back(solana::writable(key_of(1'000)));
        const auto message = solana::compile_message(wallet(), instructions, kBlockhash);
        if (!message) {
            break;
        }
        theirs = *message;
    }
    const auto adopted = adopt_message(theirs, kBlockhash, {}, close);
    ASSERT_TRUE(adopted) << adopted.error().text;
    EXPECT_EQ(*adopted, theirs);
}

// Its fee and limits are in the head: compiled again as v0 they would be gone.
TEST_F(JupiterMessageTest, KeepsTheVersionAndTheConfigOfAVersion1Message) {
    signer::test::Instructions instructions = exit();
    instructions.erase(instructions.begin(), instructions.begin() + 2);
    const solana::Instruction close = instructions.back();
    instructions.pop_back();
    const solana::TransactionConfig config{.priority_fee = Lamports{4'000},
                                           .compute_unit_limit = ComputeUnits{200'000},
                                           .loaded_accounts_data_size_limit = 1'000'000};
    const auto theirs = solana::compile_message_v1(wallet(), instructions, kBlockhash, config);
    ASSERT_TRUE(theirs);
    for (const auto& extra : {std::optional<solana::Instruction>{}, std::optional{close}}) {
        const auto adopted = adopt_message(*theirs, kBlockhash, {}, extra);
        ASSERT_TRUE(adopted) << adopted.error().text;
        const auto parsed = solana::parse_message(*adopted);
        ASSERT_TRUE(parsed);
        EXPECT_EQ(parsed->version, solana::MessageVersion::V1);
        EXPECT_EQ(parsed->config, config);
        EXPECT_EQ(parsed->instructions.size(), instructions.size() + (extra ? 1 : 0));
        EXPECT_EQ(refusal(*adopted, exit_policy()), "");
    }
}

TEST_F(JupiterMessageTest, NamesTheLookupTablesToRead) {
    EXPECT_TRUE(lookup_tables_of(compile(entry())).value().empty());
    const solana::AddressLookupTable tables[] = {{key_of(200), {key_of(71), key_of(72)}}};
    const auto message = solana::compile_message(wallet(), entry(), kBlockhash, tables);
    ASSERT_TRUE(message);
    const auto needs = lookup_tables_of(*message).value();
    ASSERT_EQ(needs.size(), 1U);
    EXPECT_EQ(needs[0].table, key_of(200));
    EXPECT_GE(needs[0].addresses_min, 1U);
    EXPECT_LE(needs[0].addresses_min, 2U) << "what it uses of the two";
}

TEST_F(JupiterMessageTest, RefusesBytesThatAreNoMessage) {
    EXPECT_FALSE(lookup_tables_of(Bytes{1, 2, 3}));
    EXPECT_FALSE(adopt_message(Bytes{}, kBlockhash, {}, std::nullopt));
    // With an appendix the tables must be there: without them the accounts are unknown.
    const solana::AddressLookupTable tables[] = {{key_of(200), {key_of(71), key_of(72)}}};
    const auto message = solana::compile_message(wallet(), exit(), kBlockhash, tables);
    ASSERT_TRUE(message);
    EXPECT_FALSE(adopt_message(*message, kBlockhash, {}, exit().back()));
    EXPECT_TRUE(adopt_message(*message, kBlockhash, tables, exit().back()));
}

// Gateways repeat a key that they refuse; it must not end in a report or a log.
TEST(Jupiter, TakesItsKeyOutOfWhatTheServerSays) {
    net::VirtualReactor reactor;
    int status = 401;
    auto server = net::HttpServer::start(
        reactor, {.host = "jupiter", .port = 80},
        [&](const net::HttpRequest&, net::HttpResponder respond) {
            respond({.status = status, .headers = {}, .body = "the key 'canary-key' is unknown"});
        });
    ASSERT_TRUE(server) << server.error().text;
    config::JupiterSettings settings;
    settings.url = "http://jupiter/";
    settings.api_key = config::Secret{"env:KEY", "canary-key"};
    auto jupiter = Jupiter::create(reactor, settings, std::chrono::seconds{1});
    ASSERT_TRUE(jupiter) << jupiter.error().text;
    for (const int answered : {401, 200}) {
        status = answered;
        std::string text;
        (*jupiter)->quote(
            {solana::kWrappedSolMint, solana::kUsdcMint, TokenAmount{1}, {}},
            [&](const JupiterResult<JupiterQuote>& quote) { text = quote.error().text; });
        reactor.run_until(reactor.now() + std::chrono::seconds{2});
        EXPECT_NE(text.find("the key '***' is unknown"), std::string::npos) << text;
    }
}

}  // namespace
}  // namespace sniperforge::execute
