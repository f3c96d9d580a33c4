"""A worker in Python: it greets back. Its argument is the address of the host."""

import asyncio
import sys

from autogen_core import MessageContext, RoutedAgent, TopicId, message_handler, type_subscription
from autogen_ext.runtimes.grpc import GrpcWorkerAgentRuntime
from generated.greeting_pb2 import Greeting


@type_subscription("hello")
class Greeter(RoutedAgent):
    @message_handler
    async def greet(self, message: Greeting, ctx: MessageContext) -> None:
        answer = Greeting(text=f"Hello to {message.language}! You said: {message.text}", language="Python")
        await self.publish_message(answer, TopicId("answers", self.id.key))


async def main():
    runtime = GrpcWorkerAgentRuntime(sys.argv[1], payload_serialization_format="application/x-protobuf")
    await runtime.start()
    await Greeter.register(runtime, "greeter", lambda: Greeter("Greets back."))
    print("ready", flush=True)
    await runtime.stop_when_signal()


asyncio.run(main())
