// SPDX-License-Identifier: MIT
#include "app/certificate.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <simdjson.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

#include "app/build_id.hpp"
#include "app/drill_names.hpp"
#include "app/json_fields.hpp"
#include "sniperforge/config/load.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/hex.hpp"
#include "sniperforge/core/utc_text.hpp"
#include "sniperforge/solana/sha256.hpp"

namespace sniperforge::app {
namespace {

namespace fs = std::filesystem;
using simdjson::dom::element;

// A certificate has some 4 KB; more is not one.
constexpr std::uintmax_t kFileBytesMax = std::uintmax_t{64} << 10U;
constexpr std::int64_t kNsPerSecond = 1'000'000'000;

[[nodiscard]] std::string sha256_of(std::string_view text) {
    return hex_encode(solana::sha256(bytes_of(text)).bytes);
}

// What to do about each refusal.
[[nodiscard]] std::string remedy(const std::string& state_dir) {
    return fmt::format(
        "run `sniperforge drill --scenario all --seeds {} --state-dir {}` with the --config of the "
        "live run",
        kCertificateSeedsMin, state_dir);
}

[[nodiscard]] std::string fields_of(const Certificate& certificate) {
    std::vector<std::string> scenarios;
    for (const CertificateScenario& scenario : certificate.scenarios) {
        scenarios.push_back(JsonFields{}
                                .text("name", scenario.name)
                                .wide("runs", scenario.runs)
                                .wide("violations", scenario.violations)
                                .object());
    }
    std::vector<std::string> not_drilled;
    for (const std::string& name : certificate.not_drilled) {
        not_drilled.push_back(json_quoted(name));
    }
    std::vector<std::string> missing;
    for (const std::string& kind : certificate.faults_missing) {
        missing.push_back(json_quoted(kind));
    }
    JsonFields not_done;
    for (const auto& [kind, reason] : certificate.faults_not_drilled) {
        not_done.text(kind, reason);
    }
    JsonFields faults;
    for (const auto& [kind, times] : certificate.faults) {
        faults.wide(kind, times);
    }
    return JsonFields{}
        .text("build_id", certificate.build_id)
        .text("executable_sha256", certificate.executable_sha256)
        .text("config_sha256", certificate.config_sha256)
        .text("created", utc_text(certificate.created))
        .raw("created_unix_s", fmt::format("{}", certificate.created.seconds()))
        .boolean("passed", certificate.is_passed)
        .wide("seed_first", certificate.seed_first)
        .wide("seeds", certificate.seeds)
        .wide("violations", certificate.violations)
        .wide("steps", certificate.steps)
        .wide("orders", certificate.orders)
        .wide("landed", certificate.landed)
        .raw("faults_injected", faults.object())
        .raw("faults_missing", json_array(missing))
        .raw("faults_not_drilled", not_done.object())
        .raw("scenarios", json_array(scenarios))
        .raw("settings_not_drilled", json_array(not_drilled))
        .object();
}

// The file: the object, and a sum over its text that finds torn and edited bytes. No protection
// against somebody who wants to be deceived.
[[nodiscard]] std::string file_text(const Certificate& certificate) {
    const std::string fields = fields_of(certificate);
    return fmt::format("{{\"certificate\":{},\n\"sha256\":\"{}\"}}\n", fields, sha256_of(fields));
}

[[nodiscard]] bool read_number(element value, std::uint64_t& out) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS || text.empty() || text.size() > 20) {
        return false;
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && end == text.data() + text.size();
}

[[nodiscard]] bool read_wide(element object, const char* name, std::uint64_t& out) {
    element value;
    return object[name].get(value) == simdjson::SUCCESS && read_number(value, out);
}

[[nodiscard]] bool read_text(element object, const char* name, std::string& out) {
    std::string_view text;
    if (object[name].get(text) != simdjson::SUCCESS) {
        return false;
    }
    out = text;
    return true;
}

[[nodiscard]] bool read_scenarios(element object, std::vector<CertificateScenario>& out) {
    simdjson::dom::array array;
    if (object["scenarios"].get(array) != simdjson::SUCCESS) {
        return false;
    }
    for (const element each : array) {
        CertificateScenario scenario;
        if (!read_text(each, "name", scenario.name) || !read_wide(each, "runs", scenario.runs) ||
            !read_wide(each, "violations", scenario.violations)) {
            return false;
        }
        out.push_back(std::move(scenario));
    }
    return true;
}

[[nodiscard]] bool read_faults(element object, std::map<std::string, std::uint64_t>& out) {
    simdjson::dom::object faults;
    if (object["faults_injected"].get(faults) != simdjson::SUCCESS) {
        return false;
    }
    for (const auto& [kind, times] : faults) {
        if (!read_number(times, out[std::string{kind}])) {
            return false;
        }
    }
    return true;
}

[[nodiscard]] bool read_reasons(element object, std::map<std::string, std::string>& out) {
    simdjson::dom::object reasons;
    if (object["faults_not_drilled"].get(reasons) != simdjson::SUCCESS) {
        return false;
    }
    for (const auto& [kind, reason] : reasons) {
        std::string_view text;
        if (reason.get(text) != simdjson::SUCCESS) {
            return false;
        }
        out[std::string{kind}] = text;
    }
    return true;
}

[[nodiscard]] bool read_names(element object, const char* name, std::vector<std::string>& out) {
    simdjson::dom::array array;
    if (object[name].get(array) != simdjson::SUCCESS) {
        return false;
    }
    for (const element each : array) {
        std::string_view text;
        if (each.get(text) != simdjson::SUCCESS) {
            return false;
        }
        out.emplace_back(text);
    }
    return true;
}

[[nodiscard]] bool read_fields(element object, Certificate& out) {
    std::int64_t created_s = 0;
    const bool is_read =
        read_text(object, "build_id", out.build_id) &&
        read_text(object, "executable_sha256", out.executable_sha256) &&
        read_text(object, "config_sha256", out.config_sha256) &&
        object["created_unix_s"].get(created_s) == simdjson::SUCCESS &&
        object["passed"].get(out.is_passed) == simdjson::SUCCESS &&
        read_wide(object, "seed_first", out.seed_first) && read_wide(object, "seeds", out.seeds) &&
        read_wide(object, "violations", out.violations) && read_wide(object, "steps", out.steps) &&
        read_wide(object, "orders", out.orders) && read_wide(object, "landed", out.landed) &&
        read_faults(object, out.faults) &&
        read_names(object, "faults_missing", out.faults_missing) &&
        read_reasons(object, out.faults_not_drilled) && read_scenarios(object, out.scenarios) &&
        read_names(object, "settings_not_drilled", out.not_drilled);
    // Later than the year 2262 there are no nanoseconds of ours.
    if (!is_read || created_s < 0 || created_s > INT64_MAX / kNsPerSecond) {
        return false;
    }
    out.created = WallTime{created_s * kNsPerSecond};
    return true;
}

[[nodiscard]] std::string error_text() { return std::strerror(errno); }

// Written and on disk, under the name that nobody reads.
[[nodiscard]] Result<void> write_beside(const std::string& path, const std::string& text) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        return fail(fmt::format("creating {}: {}", path, error_text()));
    }
    const bool is_written =
        ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::fsync(fd) == 0;
    const std::string problem = is_written ? "" : error_text();
    ::close(fd);
    if (!is_written) {
        return fail(fmt::format("writing {} bytes to {}: {}", text.size(), path, problem));
    }
    return {};
}

// By libsodium: ours would take seconds for the 100 MB of a program with its debug information.
[[nodiscard]] Result<std::string> hash_executable() {
    std::error_code error;
    const std::uintmax_t size = fs::file_size("/proc/self/exe", error);
    std::string bytes(error ? 0 : size, '\0');
    std::ifstream file{"/proc/self/exe", std::ios::binary};
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file || bytes.empty()) {
        return fail("reading the file of this program, /proc/self/exe: " + error_text());
    }
    return hex_encode(solana::sha256(bytes_of(bytes)).bytes);
}

// The first scenario that was not run, or none.
[[nodiscard]] std::string_view scenario_missing(const Certificate& certificate) {
    for (const std::string_view name : kDrillScenarios) {
        const bool is_run = std::any_of(
            certificate.scenarios.begin(), certificate.scenarios.end(),
            [&](const CertificateScenario& each) { return each.name == name && each.runs > 0; });
        if (!is_run) {
            return name;
        }
    }
    return {};
}

}  // namespace

std::string config_sha256(const config::Settings& settings) {
    return sha256_of(config::show_json(settings));
}

Result<std::string> executable_sha256() {
    // Once: the file of a running program stays the one that it was started from.
    static const Result<std::string> hash = hash_executable();
    return hash;
}

std::string certificate_path(const std::string& state_dir) { return state_dir + "/readiness.json"; }

std::string to_json(const Certificate& certificate) { return fields_of(certificate); }

Result<void> write_certificate(const std::string& state_dir, const Certificate& certificate) {
    const std::string path = certificate_path(state_dir);
    if (auto written = write_beside(path + ".new", file_text(certificate)); !written) {
        return written;
    }
    if (::rename((path + ".new").c_str(), path.c_str()) != 0) {
        return fail(fmt::format("renaming {}.new to {}: {}", path, path, error_text()));
    }
    return {};
}

Result<Certificate> read_certificate(const std::string& state_dir) {
    const std::string path = certificate_path(state_dir);
    std::error_code error;
    const std::uintmax_t size = fs::file_size(path, error);
    if (error) {
        return fail(fmt::format("reading the readiness certificate {}: {}", path, error.message()));
    }
    if (size > kFileBytesMax) {
        return fail(fmt::format("{} has {} bytes, a readiness certificate at most {}", path, size,
                                kFileBytesMax));
    }
    std::ifstream file{path, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    simdjson::dom::parser parser;
    element root, fields;
    Certificate certificate;
    const bool is_read = parser.parse(text).get(root) == simdjson::SUCCESS &&
                         root["certificate"].get(fields) == simdjson::SUCCESS &&
                         read_fields(fields, certificate);
    // What is read must be what we would write, to the byte.
    if (!is_read || file_text(certificate) != text) {
        return fail(fmt::format(
            "{} is damaged, edited, or not a readiness certificate of this version", path));
    }
    return certificate;
}

Result<Certificate> check_certificate(const std::string& state_dir,
                                      const config::Settings& settings, WallTime now) {
    const auto refuse = [&](const std::string& reason) {
        return fail(fmt::format("{}: {}", reason, remedy(state_dir)));
    };
    auto certificate = read_certificate(state_dir);
    if (!certificate) {
        return refuse(certificate.error().text);
    }
    const std::string path = certificate_path(state_dir);
    const auto executable = executable_sha256();
    if (!executable) {
        return refuse(executable.error().text);
    }
    if (certificate->build_id != build_id() || certificate->executable_sha256 != *executable) {
        return refuse(fmt::format("{} is of build {} (executable {:.12}), this is {} ({:.12})",
                                  path, certificate->build_id, certificate->executable_sha256,
                                  build_id(), *executable));
    }
    if (const std::string config = config_sha256(settings); certificate->config_sha256 != config) {
        return refuse(fmt::format("{} is of settings {:.12}, these are {:.12}", path,
                                  certificate->config_sha256, config));
    }
    if (!certificate->faults_missing.empty()) {
        return refuse(
            fmt::format("{} is of a drill that did not inject {}, wanted each kind of "
                        "fault; with more seeds",
                        path, fmt::join(certificate->faults_missing, ", ")));
    }
    if (!certificate->is_passed || certificate->violations > 0) {
        return refuse(fmt::format("{} says that the drill did not pass: {} violations, allowed 0",
                                  path, certificate->violations));
    }
    if (certificate->seeds < kCertificateSeedsMin) {
        return refuse(fmt::format("{} is of {} seeds, wanted at least {}", path, certificate->seeds,
                                  kCertificateSeedsMin));
    }
    if (certificate->landed == 0) {
        return refuse(
            fmt::format("{} is of a drill in which no order landed, wanted at least 1; "
                        "with settings that trade in its market",
                        path));
    }
    if (const auto missing = scenario_missing(*certificate); !missing.empty()) {
        return refuse(fmt::format("{} has no run of scenario {}, wanted all {}", path, missing,
                                  kDrillScenarios.size()));
    }
    if (certificate->created > now) {
        return refuse(fmt::format("{} is from {}, the clock says {}: set the clock, or", path,
                                  utc_text(certificate->created), utc_text(now)));
    }
    const std::int64_t age_s = (now.ns - certificate->created.ns) / kNsPerSecond;
    const auto age_max = std::chrono::duration_cast<std::chrono::seconds>(kCertificateAgeMax);
    if (now.ns - certificate->created.ns > kCertificateAgeMax.count()) {
        return refuse(fmt::format("{} is {} s old, allowed {} s", path, age_s, age_max.count()));
    }
    return certificate;
}

std::vector<std::string> faults_not_drilled_lines(const Certificate& certificate) {
    std::map<std::string, std::vector<std::string>> kinds;  // By reason.
    for (const auto& [kind, reason] : certificate.faults_not_drilled) {
        kinds[reason].push_back(kind);
    }
    std::vector<std::string> lines;
    for (const auto& [reason, each] : kinds) {
        lines.push_back(fmt::format("{}: {}", fmt::join(each, ", "), reason));
    }
    return lines;
}

}  // namespace sniperforge::app
