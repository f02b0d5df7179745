// The outside worker of the Restate peer: one handler of ten durable steps that do nothing. Prints the port it serves on.
import * as restate from "@restatedev/restate-sdk";

const steps = restate.service({
  name: "steps",
  handlers: {
    run: async (context, given) => {
      for (let step = 0; step < 10; step++) await context.run(`step${step}`, () => step);
      return given;
    },
  },
});

console.log(await restate.serve({ services: [steps], port: 0 }));
