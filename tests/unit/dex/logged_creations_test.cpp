// SPDX-License-Identifier: MIT
// New pools in log lines: of every venue, by the words of its own program alone.
#include "sniperforge/dex/logged_creations.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "sniperforge/core/base64.hpp"
#include "sniperforge/dex/pump_curve.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/pda.hpp"
#include "support/data.hpp"
#include "support/keys.hpp"

namespace sniperforge::dex {
namespace {

using sniperforge::test::JsonFile;
using sniperforge::test::key_of;
using Texts = std::vector<std::string>;

LoggedCreations read(const Texts& texts) {
    return read_creations(std::vector<std::string_view>{texts.begin(), texts.end()});
}
std::string begin(const Pubkey& program, int depth = 1) {
    return fmt::format("Program {} invoke [{}]", program.to_string(), depth);
}
std::string end(const Pubkey& program) {
    return fmt::format("Program {} success", program.to_string());
}
// One call of the venue's program that prints the text.
Texts call(VenueId venue, const std::string& text) {
    const Pubkey& program = program_of(venue);
    return {begin(program), "Program log: " + text, end(program)};
}
VenueSet only(VenueId venue) {
    VenueSet set;
    set.add(venue);
    return set;
}
std::vector<VenueId> all_venues() {
    std::vector<VenueId> venues;
    for (std::size_t i = 0; i < kVenueCount; ++i) {
        venues.push_back(static_cast<VenueId>(i));
    }
    return venues;
}
// What pump.fun writes when it has made a coin, as far as it names the pool.
std::string create_event(const Pubkey& mint, const Pubkey& curve, const std::string& name = "N") {
    Bytes bytes{0x1b, 0x72, 0xa9, 0x4d, 0xde, 0xeb, 0x63, 0x76};
    for (const std::string& text : {name, std::string{"S"}, std::string{"https://x"}}) {
        append_le(bytes, static_cast<std::uint32_t>(text.size()));
        append(bytes, bytes_of(text));
    }
    append(bytes, mint.bytes);
    append(bytes, curve.bytes);
    append(bytes, key_of(3).bytes);
    return "Program data: " + base64_encode(bytes);
}

TEST(LoggedCreations, KnowTheWordsOfEveryVenue) {
    const std::map<VenueId, Texts> said{
        {VenueId::RaydiumAmmV4,
         {"initialize2: InitializeInstruction2 { nonce: 254, open_time: 0, init_pc_amount: 1, "
          "init_coin_amount: 2 }"}},
        {VenueId::RaydiumCpmm,
         {"Instruction: Initialize", "Instruction: InitializeWithPermission"}},
        {VenueId::RaydiumClmm, {"Instruction: CreatePool", "Instruction: CreateCustomizablePool"}},
        {VenueId::OrcaWhirlpool,
         {"Instruction: InitializePool", "Instruction: InitializePoolV2",
          "Instruction: InitializePoolWithAdaptiveFee"}},
        {VenueId::PumpCurve, {"Instruction: Create", "Instruction: CreateV2"}},
        {VenueId::PumpSwap, {"Instruction: CreatePool"}},
        {VenueId::MeteoraDlmm,
         {"Instruction: InitializeLbPair", "Instruction: InitializeLbPair2",
          "Instruction: InitializeCustomizablePermissionlessLbPair",
          "Instruction: InitializeCustomizablePermissionlessLbPair2",
          "Instruction: InitializePermissionLbPair"}},
        {VenueId::MeteoraDammV2,
         {"Instruction: InitializePool", "Instruction: InitializePoolWithDynamicConfig",
          "Instruction: InitializeCustomizablePool"}}};
    ASSERT_EQ(said.size(), kVenueCount);
    for (const auto& [venue, texts] : said) {
        for (const std::string& text : texts) {
            EXPECT_EQ(read(call(venue, text)).unnamed, only(venue)) << to_string(venue) << text;
            // Printed by somebody else, in whatever way.
            const Pubkey other = key_of(9);
            Texts forged = call(venue, text);
            for (std::string& line : forged) {
                line = "Program log: " + line;
            }
            forged.insert(forged.begin(), begin(other));
            forged.push_back("Program log: " + text);
            EXPECT_FALSE(read(forged).is_any()) << to_string(venue) << text;
        }
    }
}

// Every creation that the recogniser would find in the transaction is heard of in its logs.
TEST(LoggedCreations, MissNoInstructionThatTheRecogniserKnows) {
    std::size_t creations = 0;
    for (const VenueId venue : all_venues()) {
        for (const InstructionShape& shape : instructions_of(venue)) {
            std::string text;
            bool is_raised = true;
            for (const char c : shape.name) {
                text += c == '_'
                            ? std::string{}
                            : std::string(1, is_raised ? static_cast<char>(std::toupper(c)) : c);
                is_raised = c == '_';
            }
            text = venue == VenueId::RaydiumAmmV4 ? std::string{shape.name} + ": X { }"
                                                  : "Instruction: " + text;
            const LoggedCreations told = read(call(venue, text));
            const bool is_told = shape.creation && !shape.migrates_to;
            EXPECT_EQ(told.is_any(), is_told) << shape.name;
            creations += is_told ? 1 : 0;
            EXPECT_FALSE(read(call(venue, text.substr(0, text.size() / 2))).is_any()) << shape.name;
        }
    }
    EXPECT_GE(creations, 18U);
}

// The curve's program says the same of a curve that has moved before, and does nothing.
TEST(LoggedCreations, TakeAMigrationForTheVenueThatItMovesToByThatOnesWords) {
    const Pubkey& pump = program_of(VenueId::PumpCurve);
    const Pubkey& swap = program_of(VenueId::PumpSwap);
    for (const std::string name : {"Migrate", "MigrateV2"}) {
        EXPECT_FALSE(read({begin(pump), "Program log: Instruction: " + name,
                           "Program log: Bonding curve already migrated", end(pump)})
                         .is_any());
    }
    const LoggedCreations nested =
        read({begin(key_of(8)), begin(pump, 2), "Program log: Instruction: Migrate", begin(swap, 3),
              "Program log: Instruction: CreatePool", end(swap), end(pump), end(key_of(8))});
    EXPECT_EQ(nested.unnamed, only(VenueId::PumpSwap));
    EXPECT_TRUE(nested.named.empty());
}

TEST(LoggedCreations, NameThePumpCurveThatItsOwnEventNames) {
    const Pubkey& pump = program_of(VenueId::PumpCurve);
    const Pubkey mint = key_of(1), curve = key_of(2);
    const std::string said = "Program log: Instruction: CreateV2";
    const LoggedCreations told = read({begin(pump), said, create_event(mint, curve), end(pump)});
    EXPECT_TRUE(told.unnamed.is_empty()) << "no need to read the transaction";
    ASSERT_EQ(told.named.size(), 1U);
    EXPECT_EQ(told.named[0].venue, VenueId::PumpCurve);
    EXPECT_EQ(told.named[0].mint_a, mint);
    EXPECT_EQ(told.named[0].pool, curve);
    // Two are made and one is named: the other's transaction has to be read.
    const LoggedCreations both = read(
        {begin(pump), said, create_event(mint, curve), end(pump), begin(pump), said, end(pump)});
    EXPECT_EQ(both.named.size(), 1U);
    EXPECT_EQ(both.unnamed, only(VenueId::PumpCurve));
    // Another program's event, one that is cut, and other bytes.
    const std::string event = create_event(mint, curve);
    for (const Texts& lines :
         {Texts{begin(pump), said, begin(key_of(9), 2), event},
          Texts{begin(pump), said, event.substr(0, event.size() - 64)},
          Texts{begin(pump), said, event + "!"}, Texts{begin(pump), said, "Program data: AAEC"},
          Texts{begin(pump), said, create_event(mint, curve, std::string(9'000, 'n'))}}) {
        EXPECT_TRUE(read(lines).named.empty());
        EXPECT_EQ(read(lines).unnamed, only(VenueId::PumpCurve));
    }
}

TEST(LoggedCreations, SayThatTheyWereCut) {
    const Pubkey& cpmm = program_of(VenueId::RaydiumCpmm);
    const LoggedCreations nothing = read({begin(cpmm), "Log truncated"});
    EXPECT_TRUE(nothing.is_cut);
    EXPECT_FALSE(nothing.is_any());
    const LoggedCreations some =
        read({begin(cpmm), "Program log: Instruction: Initialize", "Log truncated"});
    EXPECT_TRUE(some.is_cut);
    EXPECT_EQ(some.unnamed, only(VenueId::RaydiumCpmm));
    EXPECT_FALSE(read(call(VenueId::RaydiumCpmm, "Log truncated")).is_cut) << "printed";
    // Lines that are short enough come behind it, and nobody knows whose they are.
    const LoggedCreations behind =
        read({begin(cpmm), "Log truncated", "Program log: Instruction: CreatePool"});
    EXPECT_TRUE(behind.unnamed.has(VenueId::RaydiumClmm));
    EXPECT_TRUE(behind.unnamed.has(VenueId::PumpSwap));
    EXPECT_FALSE(behind.unnamed.has(VenueId::RaydiumCpmm)) << "it does not say it so";
    const Pubkey& pump = program_of(VenueId::PumpCurve);
    const LoggedCreations event = read(
        {begin(pump), "Log truncated", begin(pump), create_event(key_of(1), key_of(2)), end(pump)});
    EXPECT_FALSE(event.is_any()) << "it may be anybody's";
}

TEST(LoggedCreations, AreMentionedByAnAccountOfTheirOwnWhereThatIsProven) {
    for (const VenueId venue : all_venues()) {
        const CreationMention mention = creation_mention(venue);
        EXPECT_EQ(mention.is_of_creations_alone, venue == VenueId::PumpCurve) << to_string(venue);
        EXPECT_EQ(mention.account == program_of(venue), !mention.is_of_creations_alone);
    }
    EXPECT_EQ(creation_mention(VenueId::PumpCurve).account,
              solana::find_program_address({solana::seed("mint-authority")},
                                           program_of(VenueId::PumpCurve))
                  .address);
}

// ---- Recorded on mainnet ----

TEST(LoggedCreations, FindThoseOfTheRecordedTransactionsAndNoOthers) {
    SF_REQUIRE_DATA(data);
    // The signature's account keys are there as well: who mentions the mint authority.
    const std::string authority = creation_mention(VenueId::PumpCurve).account.to_string();
    std::size_t read_ones = 0, named = 0;
    for (const auto& file : std::filesystem::directory_iterator{data / "fixtures/transactions"}) {
        const std::string name = file.path().stem().string();
        SCOPED_TRACE(name);
        const JsonFile fixture{file.path()};
        simdjson::dom::element result = fixture.root()["response"];
        if (simdjson::dom::element inner; result["result"].get(inner) == simdjson::SUCCESS) {
            result = inner;
        }
        std::vector<std::string_view> lines;
        for (const std::string_view line : result["meta"]["logMessages"].get_array()) {
            lines.push_back(line);
        }
        const LoggedCreations told = read_creations(lines);
        const bool is_creation = name.starts_with("pump_create");
        EXPECT_EQ(told.is_any(), is_creation);
        EXPECT_TRUE(told.unnamed.is_empty()) << "both say which";
        EXPECT_EQ(simdjson::to_string(result["transaction"]).find(authority) != std::string::npos,
                  is_creation);
        for (const PoolCreation& made : told.named) {
            EXPECT_EQ(made.pool, pump_curve_address(made.mint_a));
            ++named;
        }
        ++read_ones;
    }
    EXPECT_EQ(named, 2U);
    EXPECT_GE(read_ones, 10U);
}

}  // namespace
}  // namespace sniperforge::dex
