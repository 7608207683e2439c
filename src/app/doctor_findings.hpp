// SPDX-License-Identifier: MIT
// What `doctor` found: one line for each thing that it looked at, good or bad, as it is found.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sniperforge::app {

enum class Verdict : std::uint8_t {
    Ok,
    Warn,  // Somebody should look; it can be lived with.
    Fail,  // Live mode would not start, or would trade worse than it should.
    Skip,  // Not looked at, and why.
};
inline constexpr std::size_t kVerdictCount = 4;
[[nodiscard]] std::string_view to_string(Verdict verdict);

struct Finding {
    Verdict verdict = Verdict::Ok;
    std::string subject;    // "machine", "node main", "pool 8sN9...".
    std::string check;      // "genesis".
    std::string found;      // The value, and the limit where there is one.
    std::string advice{};   // What to do; empty where nothing is.
    std::string details{};  // One JSON object with the figures, or empty.
};

class Findings {
 public:
    // Lines go to standard output as they come, unless all is to be one JSON object.
    explicit Findings(bool is_json) : is_json_{is_json} {}

    void add(Finding finding);
    [[nodiscard]] const std::vector<Finding>& all() const { return all_; }
    [[nodiscard]] std::size_t count(Verdict verdict) const {
        return counts_[static_cast<std::size_t>(verdict)];
    }
    // 0 when nothing fails, else 3: not ready.
    [[nodiscard]] int exit_code() const;
    // Prints the object, or the line with the counts.
    void print_end(bool is_live) const;

 private:
    bool is_json_;
    std::vector<Finding> all_;
    std::array<std::size_t, kVerdictCount> counts_{};
};

[[nodiscard]] std::string line_of(const Finding& finding);
[[nodiscard]] std::string json_of(const Finding& finding);

}  // namespace sniperforge::app
