import Testing

@Suite("Social") struct SocialTests {}
