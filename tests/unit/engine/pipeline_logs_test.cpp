// SPDX-License-Identifier: MIT
// New pools of every venue, and one that moved, found by log lines alone, through sockets and RPC
// to an endpoint that serves no program subscriptions. Accounts and, where there are any,
// instructions are recorded ones.
#include <gtest/gtest.h>

#include <map>

#include "sniperforge/core/base58.hpp"
#include "sniperforge/core/base64.hpp"
#include "sniperforge/core/hex.hpp"
#include "sniperforge/dex/logged_creations.hpp"
#include "sniperforge/dex/pump_curve.hpp"
#include "support/data.hpp"
#include "unit/dex/shape_support.hpp"
#include "unit/engine/pipeline_support.hpp"
#include "unit/feed/feed_node.hpp"

namespace sniperforge::engine {
namespace {

namespace fake = sniperforge::test;
using Lines = std::vector<std::string>;

config::Settings by_logs_alone() {
    config::Settings settings;
    settings.feed.new_pools_by = {"logs"};
    settings.feed.audit_interval = Duration{0};
    settings.feed.shape_check_interval = Duration{0};
    config::EndpointSettings endpoint;
    endpoint.name = "node";
    endpoint.rpc_url = "http://node:1000/";
    endpoint.pubsub_url = "ws://node:1001/";
    settings.network.endpoints = {endpoint};
    return settings;
}

struct Recorded {
    Pubkey owner;
    Bytes data;
};

class PipelineLogsTest : public test::PipelineTest {
 protected:
    PipelineLogsTest()
        : PipelineTest{by_logs_alone(),
                       {{.name = "node",
                         .url = "http://node:1000/",
                         .api_key = {},
                         .api_key_header = {},
                         .requests_per_second = 1'000}}} {
        node.refused_method = "programSubscribe";
        node.on_request = [this](const fake::RpcRequest& request) { return answer(request); };
        pipeline->connect(reader);
        feed->start();
        reader.start();
        run(std::chrono::seconds{1});
        pipeline->go_live();
    }
    void run(Duration time) {
        const MonoTime end = reactor.now() + time;
        while (reactor.now() < end) {
            node.tell_slot(world.slot + 1, world.slot);
            ++world.slot;
            for (int i = 0; i < 4; ++i) {
                fake::run_for(reactor, std::chrono::milliseconds{100});
                feed->on_tick(reactor.now());
                reader.on_tick(reactor.now());
            }
        }
    }

    // ---- What the node serves ----
    std::optional<net::HttpResponse> answer(const fake::RpcRequest& request) {
        if (request.method == "getTransaction") {
            const auto found = transactions.find(fake::first_text(request.params));
            ++reads[fake::first_text(request.params)];
            return fake::result_of(request, found == transactions.end() ? "null" : found->second);
        }
        if (request.method != "getMultipleAccounts") {
            return std::nullopt;
        }
        simdjson::dom::parser parser;
        const simdjson::dom::array params =
            simdjson::dom::element{parser.parse(request.params)}.get_array();
        std::string values;
        for (const std::string_view key : simdjson::dom::array{params.at(0)}) {
            const auto known = accounts.find(std::string{key});
            values += values.empty() ? "" : ",";
            values += known == accounts.end()
                          ? "null"
                          : fake::account_json(1, known->second.data, known->second.owner);
        }
        return fake::result_of(request, fmt::format(R"({{"context":{{"slot":{}}},"value":[{}]}})",
                                                    world.slot, values));
    }
    [[nodiscard]] static std::string json_of(const ChainTransaction& transaction) {
        std::string keys, balances, calls;
        for (const ChainAccount& account : transaction.accounts) {
            keys += fmt::format(R"({}{{"pubkey":"{}","signer":{},"writable":{}}})",
                                keys.empty() ? "" : ",", account.key.to_string(), account.is_signer,
                                account.is_writable);
            balances += balances.empty() ? "1" : ",1";
        }
        for (const ChainInstruction& call : transaction.instructions) {
            std::string named;
            for (const std::uint8_t index : call.accounts) {
                named += fmt::format("{}\"{}\"", named.empty() ? "" : ",",
                                     transaction.accounts[index].key.to_string());
            }
            calls += fmt::format(R"({}{{"programId":"{}","accounts":[{}],"data":"{}"}})",
                                 calls.empty() ? "" : ",", call.program.to_string(), named,
                                 base58_encode(call.data));
        }
        return fmt::format(
            R"({{"slot":{},"meta":{{"err":null,"fee":5000,"innerInstructions":[],"preBalances":[{}],"postBalances":[{}]}},)"
            R"("transaction":{{"message":{{"accountKeys":[{}],"instructions":[{}]}},"signatures":["x"]}}}})",
            transaction.slot.value, balances, balances, keys, calls);
    }

    // ---- What happens on the chain ----
    [[nodiscard]] static Recorded account_in(const std::filesystem::path& file) {
        const fake::JsonFile json{file};
        const std::string_view data = json.root()["data_base64"];
        return {Pubkey::parse(std::string_view{json.root()["owner"]}).value(),
                base64_decode(data).value()};
    }
    // The recorded instruction as the only one of a transaction.
    [[nodiscard]] static ChainTransaction transaction_in(const std::filesystem::path& file) {
        const fake::JsonFile json{file};
        ChainTransaction transaction;
        ChainInstruction call;
        call.program = Pubkey::parse(std::string_view{json.root()["program_id"]}).value();
        call.data = hex_decode(std::string_view{json.root()["data_hex"]}).value();
        for (const auto account : json.root()["accounts"].get_array()) {
            const Pubkey key = Pubkey::parse(std::string_view{account["pubkey"]}).value();
            const auto known = std::ranges::find(transaction.accounts, key, &ChainAccount::key);
            call.accounts.push_back(
                static_cast<std::uint8_t>(known - transaction.accounts.begin()));
            if (known == transaction.accounts.end()) {
                transaction.accounts.push_back(
                    {key, bool{account["is_writable"]}, bool{account["is_signer"]}, {}, {}});
            }
        }
        transaction.instructions.push_back(std::move(call));
        return transaction;
    }
    // Its logs as the program and the runtime write them, to whoever listens for what it mentions.
    void land(const ChainTransaction& transaction, const std::string& said,
              std::vector<Pubkey> mentioned = {}) {
        Signature signature;
        signature.bytes.fill(++landed);
        transactions[signature.to_string()] = json_of(transaction);
        Lines lines{"Program ComputeBudget111111111111111111111111111111 invoke [1]",
                    "Program ComputeBudget111111111111111111111111111111 success"};
        const std::string program = transaction.instructions[0].program.to_string();
        lines.push_back(fmt::format("Program {} invoke [1]", program));
        lines.push_back("Program log: " + said);
        lines.push_back(fmt::format("Program {} consumed 9 of 99 compute units", program));
        lines.push_back(fmt::format("Program {} success", program));
        mentioned.push_back(transaction.instructions[0].program);
        node.tell_logs(mentioned, signature, world.slot, lines);
    }
    // By the first of the venue's creations, or that of this name.
    [[nodiscard]] static ChainTransaction creation(VenueId venue, const Pubkey& pool,
                                                   std::string_view name = {}) {
        const auto shapes = dex::instructions_of(venue);
        const auto& shape = *std::ranges::find_if(shapes, [&](const dex::InstructionShape& one) {
            return one.creation && (name.empty() || one.name == name);
        });
        ChainTransaction transaction = dex::test::call_of(venue, shape);
        transaction.accounts[transaction.instructions[0].accounts[shape.creation->pool]].key = pool;
        return transaction;
    }
    // A curve that its event names, as pump.fun's own program writes it.
    void launch_curve(const Pubkey& mint, const Recorded& curve) {
        const Pubkey pool = dex::pump_curve_address(mint);
        accounts[pool.to_string()] = curve;
        Bytes event{0x1b, 0x72, 0xa9, 0x4d, 0xde, 0xeb, 0x63, 0x76};
        event.resize(event.size() + 12, 0);
        append(event, mint.bytes);
        append(event, pool.bytes);
        const std::string program = dex::program_of(VenueId::PumpCurve).to_string();
        node.tell_logs(
            {dex::creation_mention(VenueId::PumpCurve).account}, Signature{}, world.slot,
            {fmt::format("Program {} invoke [1]", program), "Program log: Instruction: CreateV2",
             "Program data: " + base64_encode(event), fmt::format("Program {} success", program)});
    }
    // The curve's program has PumpSwap's make the pool.
    void move_curve(const Pubkey& pool) {
        ChainTransaction transaction = dex::test::migration_of("migrate");
        transaction.accounts[transaction.instructions.back().accounts[0]].key = pool;
        Signature signature;
        signature.bytes.fill(++landed);
        transactions[signature.to_string()] = json_of(transaction);
        const std::string curve = dex::program_of(VenueId::PumpCurve).to_string();
        const std::string swap = dex::program_of(VenueId::PumpSwap).to_string();
        node.tell_logs(
            {dex::program_of(VenueId::PumpSwap)}, signature, world.slot,
            {fmt::format("Program {} invoke [1]", curve), "Program log: Instruction: Migrate",
             fmt::format("Program {} invoke [2]", swap), "Program log: Instruction: CreatePool",
             fmt::format("Program {} success", swap), fmt::format("Program {} success", curve)});
    }
    [[nodiscard]] bool is_found(const Pubkey& pool, VenueId venue) const {
        const auto index = pipeline->book().find(pool);
        return index && dex::venue_of(pipeline->book().pool(*index)) == venue;
    }

    feed::test::World world;
    feed::test::Node node{reactor, world, 1000, "node"};
    feed::TransactionReader reader{reactor, rpc, settings.feed, *pipeline};
    std::map<std::string, Recorded> accounts;
    std::map<std::string, std::string> transactions;
    std::map<std::string, int> reads;  // Of each transaction.
    std::uint8_t landed = 0;
};

TEST_F(PipelineLogsTest, FindNewPoolsOfAllVenuesAndOneThatMovedWhereProgramsAreRefused) {
    SF_REQUIRE_DATA(data);
    const auto recorded = data / "fixtures/accounts";
    const auto instructions = data / "fixtures/instructions";
    struct Case {
        VenueId venue;
        std::string account, instruction, said;
    };
    const std::vector<Case> cases{
        {VenueId::RaydiumAmmV4, "raydium_amm_v4/pool_58oQ_sol_usdc.json", "",
         "initialize2: InitializeInstruction2 { nonce: 254, open_time: 1, init_pc_amount: 2, "
         "init_coin_amount: 3 }"},
        {VenueId::RaydiumCpmm, "raydium_cpmm/pool_sol_usdc.json", "", "Instruction: Initialize"},
        {VenueId::RaydiumClmm, "raydium_clmm/pool_3ucN.json", "raydium_clmm_create_pool_ix.json",
         "Instruction: CreatePool"},
        {VenueId::OrcaWhirlpool, "orca_whirlpool/egxu_pool.json",
         "orca_whirlpool_initialize_pool_v2_ix.json", "Instruction: InitializePoolV2"},
        {VenueId::PumpSwap, "pumpswap/pool_Geaa.json", "", "Instruction: CreatePool"},
        {VenueId::MeteoraDlmm, "meteora_dlmm/EtAd_lb_pair.json",
         "meteora_dlmm_initialize_lb_pair2_ix.json", "Instruction: InitializeLbPair2"},
        {VenueId::MeteoraDammV2, "meteora_damm_v2/3u2B.json", "", "Instruction: InitializePool"}};
    std::map<VenueId, Pubkey> pools;
    for (const Case& one : cases) {
        SCOPED_TRACE(to_string(one.venue));
        Pubkey& pool = pools[one.venue];
        pool = fake::key_of(500 + static_cast<std::uint64_t>(one.venue));
        ChainTransaction transaction = one.instruction.empty()
                                           ? creation(one.venue, pool)
                                           : transaction_in(instructions / one.instruction);
        if (!one.instruction.empty()) {
            const dex::Recognised known = dex::recognise(transaction);
            ASSERT_EQ(known.creations.size(), 1U);
            pool = known.creations[0].pool;
        }
        accounts[pool.to_string()] = account_in(recorded / one.account);
        land(transaction, one.said);
    }
    const Pubkey mint = fake::key_of(77);
    launch_curve(mint, account_in(recorded / "pump/curve_nick.json"));
    // The curve's program says that it moves; PumpSwap's is mentioned.
    const Pubkey moved = fake::key_of(600);
    accounts[moved.to_string()] = account_in(recorded / "pumpswap/pool_GUXA.json");
    move_curve(moved);
    run(std::chrono::seconds{6});

    EXPECT_EQ(node.count("programSubscribe"), 0U);
    for (const auto& [venue, pool] : pools) {
        EXPECT_TRUE(is_found(pool, venue)) << to_string(venue);
    }
    EXPECT_TRUE(is_found(dex::pump_curve_address(mint), VenueId::PumpCurve));
    EXPECT_TRUE(is_found(moved, VenueId::PumpSwap));
    EXPECT_EQ(pipeline->book().size(), kVenueCount + 1);
    EXPECT_EQ(pipeline->detector().migrations_seen, 1U);
    EXPECT_EQ(reads.size(), kVenueCount) << "all but the curve, whose event names it";
    for (const auto& [signature, times] : reads) {
        EXPECT_EQ(times, 1) << signature;
    }
}

TEST_F(PipelineLogsTest, ReadNothingForWhatAnotherProgramPrints) {
    ChainTransaction other = creation(VenueId::RaydiumCpmm, fake::key_of(500));
    other.instructions[0].program = fake::key_of(9);
    land(other,
         fmt::format("Program {} invoke [2]\nProgram log: Instruction: Initialize",
                     dex::program_of(VenueId::RaydiumCpmm).to_string()),
         {dex::program_of(VenueId::RaydiumCpmm)});
    land(other, "Instruction: Initialize", {dex::program_of(VenueId::RaydiumCpmm)});
    run(std::chrono::seconds{3});
    EXPECT_TRUE(reads.empty());
    EXPECT_EQ(feed->statistics().logs, 2U);
    EXPECT_EQ(feed->statistics().logs_of_creations, 0U);
}

// Anybody may ask pump.fun's program to move a curve that moved weeks ago. It says so and does
// nothing, and the old pool must not be announced as one of now.
TEST_F(PipelineLogsTest, ReadNothingForACurveThatHadMovedBefore) {
    const Pubkey old = fake::key_of(600);
    land(creation(VenueId::PumpCurve, old, "migrate"), "Instruction: Migrate",
         {dex::program_of(VenueId::PumpSwap)});
    run(std::chrono::seconds{3});
    EXPECT_TRUE(reads.empty());
    EXPECT_EQ(feed->statistics().logs_of_creations, 0U);
    EXPECT_EQ(pipeline->detector().creations_seen, 0U);
}

// Who sends what is read by its logs chooses what we see of a program.
TEST_F(PipelineLogsTest, DoNotLetTransactionsThatLogsNamedSpeakForTheirVenue) {
    const auto swap = [&](std::uint8_t number) {
        ChainTransaction transaction =
            dex::test::call_of(VenueId::RaydiumCpmm, dex::test::our_swap(VenueId::RaydiumCpmm));
        transaction.signature.bytes.fill(number);
        transaction.is_sample = number != 1;
        return transaction;
    };
    const std::string begin =
        fmt::format("Program {} invoke [1]", dex::program_of(VenueId::RaydiumCpmm).to_string());
    const std::vector<std::string_view> lines{begin, "Program log: Instruction: Initialize"};
    tell(LogsUpdate{Slot{5}, swap(1).signature, false, lines});
    pipeline->on_transaction(swap(1));
    EXPECT_EQ(pipeline->shapes().swaps_matched(VenueId::RaydiumCpmm), 0U);
    pipeline->on_transaction(swap(2));
    EXPECT_EQ(pipeline->shapes().swaps_matched(VenueId::RaydiumCpmm), 1U);
}

}  // namespace
}  // namespace sniperforge::engine
