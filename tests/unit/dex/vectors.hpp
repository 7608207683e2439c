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

// One instruction of swap_instructions.json against ours; false when it is not this venue's.
bool run_cpmm_instruction(simdjson::dom::element test_case);
bool run_pump_instruction(simdjson::dom::element test_case);

}  // namespace sniperforge::dex::test
