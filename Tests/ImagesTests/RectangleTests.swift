import Images
import Testing

@Suite struct RectangleTests {
  @Test(arguments: ["0,0,1,1", "10,20,300,400", "2147483647,0,1,2147483647"])
  func `is written as it is read`(text: String) throws {
    #expect(try #require(Rectangle(text)).description == text)
  }

  @Test(arguments: [
    "", "1", "1,2,3", "1,2,3,4,5", "0,0,0,1", "0,0,1,0", "-1,0,1,1", "+1,0,1,1", "0,0,1.5,1", "0, 0,1,1",
    "a,0,1,1", ",,,", "0,0,1,", "2147483648,0,1,1", "0,0,1,99999999999999999999", "٣,0,1,1", "0x1,0,1,1",
  ])
  func `is nothing else`(text: String) {
    #expect(Rectangle(text) == nil)
  }
}
