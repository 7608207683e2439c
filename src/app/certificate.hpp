// SPDX-License-Identifier: MIT
// The readiness certificate: that this very build survived the drill with these very settings, not
// long ago. `drill` writes it, live mode demands it (docs/adr/0016-authority.md).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge::app {

// What a certificate must have to count: as many seeds as every test run drills, in all, and each
// scenario among them.
inline constexpr std::uint64_t kCertificateSeedsMin = 200;
// Venues' programs and our dependencies on the machine change; a week is how long we believe that
// nothing of it did.
inline constexpr Duration kCertificateAgeMax = std::chrono::hours{7 * 24};

struct CertificateScenario {
    std::string name;
    std::uint64_t runs = 0;
    std::uint64_t violations = 0;

    [[nodiscard]] bool operator==(const CertificateScenario&) const = default;
};

struct Certificate {
    std::string build_id;  // Version and commit, for people.
    // Of the program's file: a commit does not name what was built from a changed tree.
    std::string executable_sha256;
    std::string config_sha256;
    WallTime created;  // Whole seconds.
    bool is_passed = false;
    std::uint64_t seed_first = 1;
    std::uint64_t seeds = 0;
    std::uint64_t violations = 0;
    std::uint64_t steps = 0;   // At which was judged, in all runs.
    std::uint64_t orders = 0;  // That a node was sent.
    std::uint64_t landed = 0;  // Of them: settings that never trade are not drilled.
    std::map<std::string, std::uint64_t> faults;  // What was done to it, by kind.
    // Kinds that are demanded (drill_demand.hpp) and did not happen.
    std::vector<std::string> faults_missing{};
    // Kinds that these settings left nothing to be done to, and why: live mode warns of them.
    std::map<std::string, std::string> faults_not_drilled{};
    std::vector<CertificateScenario> scenarios;
    std::vector<std::string> not_drilled{};  // Settings that it ran without; the sum has them all.

    [[nodiscard]] bool operator==(const Certificate&) const = default;
};

// Of every setting, defaults included, in the order of the table of keys; secrets count by their
// reference. The same before and after config::resolve_secrets().
[[nodiscard]] std::string config_sha256(const config::Settings& settings);
// Of the file that this process was started from.
[[nodiscard]] Result<std::string> executable_sha256();

// STATE_DIR/readiness.json. Whole or not at all: written beside, synced, renamed.
[[nodiscard]] std::string certificate_path(const std::string& state_dir);
[[nodiscard]] Result<void> write_certificate(const std::string& state_dir,
                                             const Certificate& certificate);
// Fails where it is missing, damaged or edited by hand.
[[nodiscard]] Result<Certificate> read_certificate(const std::string& state_dir);
// One JSON object.
[[nodiscard]] std::string to_json(const Certificate& certificate);

// Whether live mode may rest on it: intact, passed, of this build and these settings, complete, and
// neither too old nor from the future. A refusal names value and limit and the command to run.
[[nodiscard]] Result<Certificate> check_certificate(const std::string& state_dir,
                                                    const config::Settings& settings, WallTime now);
// What it does not say of the daemon, a line for each reason; nothing where it says all.
[[nodiscard]] std::vector<std::string> faults_not_drilled_lines(const Certificate& certificate);

}  // namespace sniperforge::app
