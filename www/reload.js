// Only while serving for development: loads the page anew when it was built
// anew. In place of trunk's own script, which stands in the page and which the
// page's security policy forbids.
(() => {
  const url = new URL(".well-known/trunk/ws", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const listen = () => {
    const socket = new WebSocket(url);
    socket.onmessage = ({ data }) => {
      const { type, data: what } = JSON.parse(data);
      if (type === "reload") location.reload();
      else if (type === "buildFailure") console.warn(`The build failed: ${what?.reason}`);
    };
    socket.onclose = () => setTimeout(listen, 1000);
  };
  listen();
})();
