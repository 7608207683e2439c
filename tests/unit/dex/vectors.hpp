// SPDX-License-Identifier: MIT
// The vector files of all venues. vectors_test.cpp finds the files and runs them; what their cases
// mean stands with the other tests of each venue, in <venue>_vectors_test.cpp.
#pragma once

#include <filesystem>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "sniperforge/core/hex.hpp"
#include "sniperforge/solana/instruction.hpp"
#include "unit/dex/dex_support.hpp"

namespace sniperforge::dex::test {

// The cases of one file: counted, traced by section and number, exact when they fail nothing.
class VectorCases {
 public:
    explicit VectorCases(std::filesystem::path data) : data_{std::move(data)} {}

    // What a case throws fails it: it could not be run.
    void run(const std::function<void()>& run_case);

    [[nodiscard]] const std::filesystem::path& data() const { return data_; }
    [[nodiscard]] int count() const { return count_; }
    [[nodiscard]] int exact() const { return exact_; }

 private:
    friend void run_sections(VectorCases& cases, simdjson::dom::element root,
                             std::initializer_list<struct VectorSection> sections);

    std::filesystem::path data_;  // Where the fixtures are that cases refer to.
    std::string_view section_;
    int count_ = 0;
    int exact_ = 0;
};

struct VectorSection {
    std::string_view name;
    void (*run)(VectorCases& cases, simdjson::dom::element section);
};

// All that the file holds but its note. A section that is not among these fails: its cases would
// be taken for run.
void run_sections(VectorCases& cases, simdjson::dom::element root,
                  std::initializer_list<VectorSection> sections);

// Of a list of cases that have nothing in common.
template <void (*kRunCase)(const VectorCases&, simdjson::dom::element)>
void run_each(VectorCases& cases, simdjson::dom::element list) {
    for (const auto test_case : list.get_array()) {
        cases.run([&] { kRunCase(cases, test_case); });
    }
}

void run_raydium_amm_v4(VectorCases& cases, simdjson::dom::element root);
void run_raydium_cpmm(VectorCases& cases, simdjson::dom::element root);
void run_raydium_clmm(VectorCases& cases, simdjson::dom::element root);
void run_orca_whirlpool(VectorCases& cases, simdjson::dom::element root);
void run_orca_program(VectorCases& cases, simdjson::dom::element root);
void run_pump_curve(VectorCases& cases, simdjson::dom::element root);
void run_pump_swap(VectorCases& cases, simdjson::dom::element root);
void run_meteora_dlmm(VectorCases& cases, simdjson::dom::element root);
void run_meteora_damm_v2(VectorCases& cases, simdjson::dom::element root);

// One case of swap_instructions.json, and whether ours is the same.
inline solana::Instruction recorded_instruction(simdjson::dom::element test_case) {
    solana::Instruction recorded;
    recorded.program_id = pubkey_constant(text_at(test_case, "program_id"));
    recorded.data = hex_decode(text_at(test_case, "data_hex")).value();
    for (const auto account : test_case["accounts"].get_array()) {
        recorded.accounts.push_back({pubkey_constant(text_at(account, "pubkey")),
                                     bool{account["is_signer"]}, bool{account["is_writable"]}});
    }
    return recorded;
}

inline void expect_same(const solana::Instruction& built, const solana::Instruction& recorded) {
    EXPECT_EQ(built.program_id.to_string(), recorded.program_id.to_string());
    EXPECT_EQ(hex_encode(built.data), hex_encode(recorded.data));
    ASSERT_EQ(built.accounts.size(), recorded.accounts.size());
    for (std::size_t i = 0; i < built.accounts.size(); ++i) {
        EXPECT_EQ(built.accounts[i].pubkey.to_string(), recorded.accounts[i].pubkey.to_string())
            << i;
        EXPECT_EQ(built.accounts[i].is_signer, recorded.accounts[i].is_signer) << i;
        EXPECT_EQ(built.accounts[i].is_writable, recorded.accounts[i].is_writable) << i;
    }
}

// One instruction of swap_instructions.json against ours; false when it is not this venue's.
bool run_cpmm_instruction(simdjson::dom::element test_case);
bool run_pump_instruction(simdjson::dom::element test_case);

}  // namespace sniperforge::dex::test
