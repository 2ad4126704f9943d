#include "b2mml/xerces.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/sax/EntityResolver.hpp>
#include <xercesc/sax/SAXParseException.hpp>
#include <xercesc/sax2/DefaultHandler.hpp>
#include <xercesc/sax2/XMLReaderFactory.hpp>
#include <xercesc/util/PlatformUtils.hpp>
#include <xercesc/util/SecurityManager.hpp>
#include <xercesc/util/XMLUni.hpp>

#include "grpc/model/text.h"

namespace isa95::b2mml {
namespace {

using xercesc::XMLUni;

constexpr XMLSize_t kChunk = 4096;
constexpr XMLSize_t kEntityLimit = 10;

class MeteredStream : public xercesc::BinInputStream {
 public:
  MeteredStream(std::string_view document, ByteMeter& meter) : document_(document), meter_(meter) {}
  XMLFilePos curPos() const override { return at_; }
  XMLSize_t readBytes(XMLByte* const to, const XMLSize_t most) override {
    const size_t size = std::min({static_cast<size_t>(most), static_cast<size_t>(kChunk), document_.size() - at_});
    if (!meter_.Take(size)) throw StopReading();
    std::memcpy(to, document_.data() + at_, size);
    at_ += size;
    return size;
  }
  const XMLCh* getContentType() const override { return nullptr; }

 private:
  std::string_view document_;
  ByteMeter& meter_;
  size_t at_ = 0;
};

// Whatever a document names outside itself resolves to nothing.
class RefusingResolver : public xercesc::DefaultHandler {
 public:
  xercesc::InputSource* resolveEntity(const XMLCh*, const XMLCh*) override {
    static const XMLByte kNothing[1] = {0};
    return new xercesc::MemBufInputSource(kNothing, 0, "refused");
  }
};

xercesc::SecurityManager& SharedSecurity() {
  struct Limited : xercesc::SecurityManager {
    Limited() { setEntityExpansionLimit(kEntityLimit); }
  };
  static Limited manager;  // never changed: all threads have it
  return manager;
}

RefusingResolver& SharedResolver() {
  static RefusingResolver resolver;
  return resolver;
}

}  // namespace

XmlRuntime::XmlRuntime() {
  setenv("XERCES_DISABLE_DTD", "1", 1);
  xercesc::XMLPlatformUtils::Initialize();
}

XmlRuntime::~XmlRuntime() { xercesc::XMLPlatformUtils::Terminate(); }

void AppendUtf8(std::string& out, const XMLCh* text, size_t length) {
  const size_t before = out.size();
  XMLCh all = 0;
  for (size_t i = 0; i < length; ++i) all |= text[i];
  if (all < 0x80) {  // as nearly everything is
    out.resize(before + length);
    std::copy(text, text + length, out.data() + before);
    return;
  }
  for (size_t i = 0; i < length; ++i) {
    uint32_t c = text[i];
    if (c >= 0xD800 && c < 0xDC00 && i + 1 < length) c = 0x10000 + ((c - 0xD800) << 10) + (text[++i] - 0xDC00u);
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else if (c < 0x800) {
      out += static_cast<char>(0xC0 | (c >> 6));
      out += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      out += static_cast<char>(0xE0 | (c >> 12));
      out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
      out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
      out += static_cast<char>(0xF0 | (c >> 18));
      out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
      out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
      out += static_cast<char>(0x80 | (c & 0x3F));
    }
  }
}

MeteredSource::MeteredSource(std::string_view document, XmlEncoding encoding, ByteMeter& meter)
    : document_(document), meter_(meter) {
  // The byte order mark decides between the two UTF-16s; Xerces is told the family only.
  setEncoding(encoding == XmlEncoding::kUtf8                ? XMLUni::fgUTF8EncodingString
              : encoding == XmlEncoding::kUtf16LittleEndian ? XMLUni::fgUTF16LEncodingString
                                                            : XMLUni::fgUTF16BEncodingString);
}

xercesc::BinInputStream* MeteredSource::makeStream() const { return new MeteredStream(document_, meter_); }

std::unique_ptr<xercesc::SAX2XMLReader> MakeSafeReader(xercesc::XMLGrammarPool* pool) {
  std::unique_ptr<xercesc::SAX2XMLReader> reader(
      xercesc::XMLReaderFactory::createXMLReader(xercesc::XMLPlatformUtils::fgMemoryManager, pool));
  reader->setFeature(XMLUni::fgSAX2CoreNameSpaces, true);
  reader->setFeature(XMLUni::fgXercesLoadSchema, false);
  reader->setFeature(XMLUni::fgXercesLoadExternalDTD, false);
  reader->setFeature(XMLUni::fgXercesDisableDefaultEntityResolution, true);
  reader->setFeature(XMLUni::fgXercesUseCachedGrammarInParse, pool != nullptr);
  reader->setFeature(XMLUni::fgXercesSchema, pool != nullptr);
  reader->setFeature(XMLUni::fgSAX2CoreValidation, pool != nullptr);
  reader->setFeature(XMLUni::fgXercesDynamic, false);
  reader->setFeature(XMLUni::fgXercesIdentityConstraintChecking, false);
  reader->setFeature(XMLUni::fgXercesCalculateSrcOfs, false);
  reader->setProperty(XMLUni::fgXercesSecurityManager, &SharedSecurity());
  reader->setEntityResolver(&SharedResolver());
  return reader;
}

}  // namespace isa95::b2mml
