#pragma once

#include <filesystem>
#include <string>

#include <stdlib.h>

namespace weft::test {

// A folder of its own below the system's temporary one, removed with what is in it.
class TempFolder {
public:
    TempFolder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "weft-test-XXXXXX").string();
        m_path = mkdtemp(name.data()) == nullptr ? std::string() : name;
    }
    ~TempFolder()
    {
        std::error_code ignored;
        if (!m_path.empty()) std::filesystem::remove_all(m_path, ignored);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    const std::string& path() const { return m_path; }

private:
    std::string m_path;
};

}  // namespace weft::test
